# Reference numbers for tests/reference/test_fieldwork_against_others.py, made with R and committed beside this script.
# Run in this folder:  Rscript make_fieldwork.R
# Packages: survey, sampling, psych. No random numbers: the data are formulas.

suppressMessages({library(survey); library(sampling); library(psych)})
save_csv <- function(x, name) {
  numeric <- vapply(x, is.double, TRUE)
  x[numeric] <- lapply(x[numeric], function(v) sprintf("%.15g", v))
  write.csv(x, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

# --- a population of 40 in three strata, and a sample of it ---------------------------------------

k <- 1:40
population <- data.frame(gemeente = sprintf("GM%04d", k), stratum = c("a", "b", "b", "c", "c")[k %% 5 + 1],
                         size = round(1000 * exp(2.1 * sin(2.3 * k)), 3), x = round(50 + 20 * cos(0.7 * k), 3))
population$y <- round(0.03 * population$size + 0.4 * population$x + 8 * sin(5.1 * k), 3)
population$flag <- as.integer(sin(3.7 * k) > 0.2)
number <- c(a = 3, b = 5, c = 6)
place <- ave(k, population$stratum, FUN = seq_along)
population$drawn <- as.integer(place <= number[population$stratum])
population$pi_equal <- number[population$stratum] / ave(k, population$stratum, FUN = length)
population$pi_size <- unsplit(lapply(names(split(k, population$stratum)), function(h)
  inclusionprobabilities(population$size[population$stratum == h], number[h])), population$stratum)
save_csv(population, "population")

drawn <- population[population$drawn == 1, ]
drawn$N <- ave(population$pi_equal, population$stratum, FUN = length)[population$drawn == 1]

# --- equal probabilities: the stratified formulas of survey ---------------------------------------

design <- svydesign(~1, strata = ~stratum, fpc = ~N, data = drawn)
rows <- list()
add <- function(what, column, value, se, lower = NA, upper = NA)
  rows[[length(rows) + 1]] <<- data.frame(what = what, column = column, value = as.numeric(value), se = as.numeric(se), lower = lower, upper = upper)
total <- svytotal(~y, design); limits <- confint(total, df = degf(design)); add("total", "y", coef(total), SE(total), limits[1], limits[2])
mean_ <- svymean(~y, design); limits <- confint(mean_, df = degf(design)); add("mean", "y", coef(mean_), SE(mean_), limits[1], limits[2])
share <- svyciprop(~flag, design, method = "logit", df = degf(design)); limits <- confint(share)
add("share", "flag", coef(share), SE(share), limits[1], limits[2])
save_csv(do.call(rbind, rows), "stratified")

# --- unequal probabilities: Deville's estimator, and residuals by lm ------------------------------

rows <- list()
one <- drawn[drawn$stratum == "c", ]
open <- one$pi_size < 1
add("deville", "y", sum(one$y / one$pi_size), sqrt(varest(one$y[open], pik = one$pi_size[open])))
residual_variance <- function(y, pi, stratum, x) {
  n <- length(y); nh <- ave(y, stratum, FUN = length); H <- length(unique(stratum)); q <- if (is.null(x)) 0 else ncol(as.matrix(x))
  c <- (1 - pi) * nh / (nh - 1) * (n - H) / (n - H - q)
  fit <- if (is.null(x)) lm(I(y / pi) ~ 0 + factor(stratum), weights = c) else lm(I(y / pi) ~ 0 + factor(stratum) + I(x / pi), weights = c)
  sum(c * residuals(fit)^2)
}
open <- drawn$pi_size < 1
for (which in c("none", "x")) {
  x <- if (which == "x") drawn$x[open] else NULL
  add(which, "y", sum(drawn$y / drawn$pi_size), sqrt(residual_variance(drawn$y[open], drawn$pi_size[open], drawn$stratum[open], x)))
}
save_csv(do.call(rbind, rows), "unequal")

# --- two coders: kappa by psych -------------------------------------------------------------------

i <- 1:29
coded <- data.frame(unit = i, first = floor(1.9 + 1.9 * sin(1.3 * i)), second = floor(1.9 + 1.9 * sin(1.3 * i + 0.35 * cos(4 * i))))
save_csv(coded, "coded")
found <- cohen.kappa(coded[, c("first", "second")])
save_csv(data.frame(kappa = found$kappa, weighted = found$weighted.kappa), "kappa")

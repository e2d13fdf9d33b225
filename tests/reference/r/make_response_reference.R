# Reference numbers for survey response: weights and shares by the survey package, R-indicator and exact finite
# limits written out. Run in this folder: Rscript make_response_reference.R
# Made with R 4.2.2, survey 4.1-1. Data are made without random numbers, so that nothing depends on a generator.

suppressPackageStartupMessages(library(survey))

k <- 0:341
data <- data.frame(
  gemeente = sprintf("GM%04d", k),
  landsdeel = c("Noord", "Oost", "Zuid", "West")[1 + (k * 7) %% 4],
  grootte = c("groot", "klein", "midden")[1 + (k * k + 3 * k) %% 3],
  extern = c("ja", "nee")[1 + (k %/% 5) %% 2]
)
score <- (k * 37) %% 100 + 12 * (data$landsdeel == "West") - 15 * (data$grootte == "klein")
data$antwoord <- ifelse(score < 59, 1, 0)
data$druk <- ifelse((k * 53) %% 97 + 10 * (data$grootte == "groot") < 40, "ja", "nee")
write.csv(data, "response_data.csv", row.names = FALSE, quote = FALSE)

respondents <- data[data$antwoord == 1, ]
N <- nrow(data)
respondents$fpc <- N
respondents$w <- N / nrow(respondents)
design <- svydesign(~1, weights = ~w, fpc = ~fpc, data = respondents)

margin <- function(name) {
  t <- as.data.frame(table(data[[name]]))
  names(t) <- c(name, "Freq")
  t
}
post <- postStratify(design, ~landsdeel, margin("landsdeel"))
totals <- colSums(model.matrix(~landsdeel + grootte + extern, data))
raked <- calibrate(design, ~landsdeel + grootte + extern, totals, calfun = "raking", epsilon = 1e-12, maxit = 200)
iterated <- rake(design, list(~landsdeel, ~grootte, ~extern),
                 list(margin("landsdeel"), margin("grootte"), margin("extern")),
                 control = list(maxit = 500, epsilon = 1e-10))
write.csv(data.frame(gemeente = respondents$gemeente, poststratify = weights(post), rake = weights(raked),
                     rake_iterated = weights(iterated)),
          "response_weights.csv", row.names = FALSE, quote = FALSE)

share <- function(d, method) {
  m <- svymean(~I(druk == "ja"), d)
  data.frame(method = method, weighted = coef(m)[[2]], std_error = SE(m)[[2]])
}
write.csv(rbind(share(post, "poststratify"), share(raked, "rake")), "response_shares.csv", row.names = FALSE, quote = FALSE)

# R-indicator, of all asked and of the first 200 as the asked of 342
indicator <- function(d, N) {
  fit <- glm(antwoord ~ landsdeel + grootte + extern, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
  p <- fitted(fit)
  n <- nrow(d)
  z <- p * (1 - p) * model.matrix(fit)
  bias <- mean(rowSums((z %*% vcov(fit)) * z))
  data.frame(asked = n, population = N, unadjusted = 1 - 2 * sd(p),
             value = 1 - 2 * sqrt(max(0, (1 + 1 / n - 1 / N) * var(p) - bias)))
}
write.csv(rbind(indicator(data, N), indicator(data[1:200, ], N)), "response_r_indicator.csv", row.names = FALSE, quote = FALSE)

# exact limits for the share of a finite population: every K tried
limits <- function(k, n, N, level) {
  tail <- (1 - level) / 2
  K <- k:(N - n + k)
  above <- phyper(k - 1, K, N - K, n, lower.tail = FALSE)
  below <- phyper(k, K, N - K, n)
  data.frame(k = k, n = n, N = N, level = level, lower = min(K[above > tail]) / N, upper = max(K[below > tail]) / N)
}
cases <- list(c(32, 100, 388, .95), c(32, 100, 380, .95), c(202, 342, 342, .95), c(0, 10, 20, .95), c(10, 10, 30, .9),
              c(3, 7, 51, .95), c(59, 100, 342, .99), c(1, 2, 5, .8))
write.csv(do.call(rbind, lapply(cases, function(x) limits(x[1], x[2], x[3], x[4]))), "finite_limits.csv",
          row.names = FALSE, quote = FALSE)

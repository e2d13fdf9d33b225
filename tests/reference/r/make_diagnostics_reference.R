# Reference numbers for tests/reference/test_diagnostics_against_r.py, made with R and committed beside this script.
# Run in this folder:  Rscript make_diagnostics_reference.R
# Package: MASS. The data are those of make_reference.R (data_*.csv).

suppressMessages(library(MASS))
tight <- glm.control(epsilon = 1e-12, maxit = 200)
save_csv <- function(x, name) {
  numeric <- vapply(x, is.double, TRUE)
  x[numeric] <- lapply(x[numeric], function(v) sprintf("%.15g", v))
  write.csv(x, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}
formulas <- list(quine = count ~ Eth + Sex + Age + Lrn, warpbreaks = count ~ wool + tension,
                 made = count ~ a + b + group, even = count ~ a + b)
pearson <- function(fit) sum(residuals(fit, "pearson")^2) / df.residual(fit)

# --- dispersion, theta and its profile likelihood --------------------------------------------------

dispersion <- list(); spread <- list()
for (set in names(formulas)) {
  d <- read.csv(paste0("data_", set, ".csv"), stringsAsFactors = TRUE)
  d$.offset <- log(d$exposure)
  f <- update(formulas[[set]], . ~ . + offset(.offset))
  dispersion[[length(dispersion) + 1]] <- data.frame(data = set, family = "poisson", phi = pearson(glm(f, poisson, d, control = tight)))
  if (set %in% c("made", "even")) {
    b <- glm(update(formulas[[set]], cbind(count, exposure - count) ~ .), binomial, d, control = tight)
    dispersion[[length(dispersion) + 1]] <- data.frame(data = set, family = "binomial", phi = pearson(b))
  }
  if (set == "even") next
  nb <- glm.nb(f, d, control = tight)
  dispersion[[length(dispersion) + 1]] <- data.frame(data = set, family = "nb2", phi = pearson(nb))
  profile <- function(log_variance) {
    theta <- exp(-log_variance)
    m <- glm(f, negative.binomial(theta), d, control = tight)
    sum(dnbinom(d$count, size = theta, mu = fitted(m), log = TRUE))
  }
  best <- optimize(profile, c(-12, 3), maximum = TRUE, tol = 1e-10)
  gap <- function(v) profile(v) - best$objective + qchisq(0.95, 1) / 2
  ends <- c(uniroot(gap, c(-15, best$maximum), tol = 1e-10)$root, uniroot(gap, c(best$maximum, 4), tol = 1e-10)$root)
  sd <- function(log_variance) sqrt(log1p(exp(log_variance)))
  spread[[length(spread) + 1]] <- data.frame(data = set, theta = nb$theta, sd = sd(-log(nb$theta)), lower = sd(ends[1]), upper = sd(ends[2]))
}
save_csv(do.call(rbind, dispersion), "dispersion")
save_csv(do.call(rbind, spread), "spread")

# --- rank correlation, and the intraclass correlation of normal scores -------------------------------

d <- read.csv("data_made.csv")
d$rate <- d$count / d$exposure
test <- suppressWarnings(cor.test(d$a, d$rate, method = "spearman", exact = FALSE))
tied <- cor.test(rank(d$a > 0.3), rank(d$rate))   # ties: Pearson of the ranks, t with n - 2 degrees of freedom
range <- function(r, side) tanh(atanh(r) + side * qnorm(0.975) * sqrt((1 + r^2 / 2) / (nrow(d) - 3)))   # Bonett and Wright
rank_row <- function(trait, t) data.frame(trait = trait, measure = "spearman", value = unname(t$estimate), p = t$p.value,
                                          lower = range(unname(t$estimate), -1), upper = range(unname(t$estimate), 1))
rows <- list(rank_row("a", test), rank_row("high", tied))
icc <- function(group, trait) {
  group <- factor(group)
  score <- qnorm(rank(d$rate) / (nrow(d) + 1))
  m <- anova(lm(score ~ group))
  n <- as.vector(table(group)); k <- length(n); N <- sum(n)
  n0 <- (N - sum(n^2) / N) / (k - 1)
  Fv <- m[1, "F value"]
  low <- Fv / qf(0.975, k - 1, N - k); high <- Fv / qf(0.025, k - 1, N - k)
  data.frame(trait = trait, measure = "icc", value = (Fv - 1) / (Fv + n0 - 1), lower = (low - 1) / (low + n0 - 1),
             upper = (high - 1) / (high + n0 - 1), p = m[1, "Pr(>F)"])
}
rows <- c(rows, list(icc(d$group, "group"), icc(floor(sqrt(seq_len(nrow(d)) - 1)), "blocks")))
save_csv(do.call(rbind, rows), "associations")

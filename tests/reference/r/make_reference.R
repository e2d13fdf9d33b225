# Reference numbers for tests/reference/test_against_r.py, made with R and committed beside this script.
# Run in this folder:  Rscript make_reference.R
# Packages: MASS, sandwich, statmod. No random numbers: the data come with R or are formulas.

suppressMessages({library(MASS); library(sandwich); library(statmod)})

tight <- glm.control(epsilon = 1e-14, maxit = 200)
save_csv <- function(x, name) {
  numeric <- vapply(x, is.double, TRUE)
  x[numeric] <- lapply(x[numeric], function(v) sprintf("%.15g", v))
  write.csv(x, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

# --- the data ----------------------------------------------------------------------------------

k <- 0:119
made <- data.frame(unit = sprintf("%04d", k + 1), exposure = round(exp(7 + 2 * sin(1.7 * k))),
                   a = cos(0.9 * k), b = 1000 * (1 + sin(0.37 * k^1.1)), group = c("noord", "oost", "zuid", "west")[k %% 4 + 1])
made$count <- floor(made$exposure * 0.02 * exp(0.3 * made$a + 0.0002 * made$b + 0.4 * sin(11.3 * k)))
made$count[c(20, 77)] <- 3 * made$count[c(20, 77)] + 5

# counts that lie closer to their expectation than binomial counts do: a binomial fit without over-dispersion
even <- data.frame(unit = made$unit, exposure = made$exposure, a = made$a, b = made$b)
even$count <- round(even$exposure * plogis(-3 + 0.5 * even$a + 0.0003 * even$b + 0.02 * sin(5.3 * k)))

sets <- list(
  quine = data.frame(unit = sprintf("%04d", seq_len(nrow(quine))), exposure = 1, Eth = as.character(quine$Eth), Sex = as.character(quine$Sex),
                     Age = as.character(quine$Age), Lrn = as.character(quine$Lrn), count = quine$Days),
  warpbreaks = data.frame(unit = sprintf("%04d", seq_len(nrow(warpbreaks))), exposure = 1, wool = as.character(warpbreaks$wool),
                          tension = as.character(warpbreaks$tension), count = as.integer(warpbreaks$breaks)),
  insects = data.frame(unit = sprintf("%04d", seq_len(nrow(InsectSprays))), exposure = 1, spray = as.character(InsectSprays$spray),
                       count = as.integer(InsectSprays$count)),
  esoph = data.frame(unit = sprintf("%04d", seq_len(nrow(esoph))), exposure = esoph$ncases + esoph$ncontrols, age = as.integer(esoph$agegp),
                     alc = as.integer(esoph$alcgp), tob = as.integer(esoph$tobgp), count = esoph$ncases),
  made = made, even = even)
for (name in names(sets)) save_csv(sets[[name]], paste0("data_", name))

formulas <- list(quine = count ~ Eth + Sex + Age + Lrn, warpbreaks = count ~ wool + tension, insects = count ~ spray,
                 esoph = count ~ age + alc + tob, made = count ~ a + b + group,
                 even = count ~ a + b)

# --- fits --------------------------------------------------------------------------------------

fit_one <- function(formula, data, family) {
  data$.offset <- log(data$exposure)
  with_offset <- update(formula, . ~ . + offset(.offset))
  switch(family,
    poisson = glm(with_offset, poisson, data, control = tight),
    quasipoisson = glm(with_offset, quasipoisson, data, control = tight),
    nb2 = glm.nb(with_offset, data, control = tight),
    binomial = glm(update(formula, cbind(count, exposure - count) ~ .), binomial, data, control = tight))
}

plan <- rbind(expand.grid(data = c("quine", "warpbreaks", "insects", "made"), family = c("poisson", "quasipoisson", "nb2"), stringsAsFactors = FALSE),
              data.frame(data = c("esoph", "even"), family = c("poisson", "binomial")))
plan <- plan[!(plan$data == "insects" & plan$family == "nb2"), ]

coefs <- list(); sizes <- list(); vars <- list()
for (i in seq_len(nrow(plan))) {
  d <- sets[[plan$data[i]]]; fam <- plan$family[i]
  f <- fit_one(formulas[[plan$data[i]]], d, fam)
  s <- coef(summary(f))
  key <- data.frame(data = plan$data[i], family = fam)
  coefs[[i]] <- cbind(key, term = rownames(s), estimate = s[, 1], std_error = s[, 2])
  theta <- if (fam == "nb2") f$theta else NA
  sizes[[i]] <- cbind(key, theta = theta, log_likelihood = if (fam == "quasipoisson") NA else as.numeric(logLik(f)),
                      dispersion = sum(residuals(f, "pearson")^2) / df.residual(f), df_residual = df.residual(f))
  groups <- as.integer(substr(d$unit, 1, 4)) %/% 8
  add <- function(kind, v) data.frame(data = plan$data[i], family = fam, kind = kind, row = rep(rownames(v), ncol(v)),
                                      column = rep(colnames(v), each = nrow(v)), value = as.vector(v))
  vars[[i]] <- rbind(add("HC0", sandwich(f)), add("HC1", sandwich(f, adjust = TRUE)), add("HC3", vcovHC(f, type = "HC3")),
                     add("CL", vcovCL(f, cluster = groups, type = "HC1")))
}
save_csv(do.call(rbind, coefs), "coefficients")
save_csv(do.call(rbind, sizes), "fits")
save_csv(do.call(rbind, vars), "covariances")

# --- units: real leave-one-out refits, residuals, p values -----------------------------------------

# P(Y < y), P(Y = y), P(Y > y) with the linear predictor known up to N(0, v), by 15 Gauss-Hermite nodes, and the logarithm
# of theta known up to its standard error (SE.theta / theta of the fit on all units), by 3 or, where it is over 0.2, 7 nodes
predictive <- function(y, eta, v, size, error = 0) {
  q <- gauss.quad.prob(15, "normal"); mu <- exp(sqrt(v) * q$nodes + eta)
  one <- function(f) sum(f(mu) * q$weights)
  if (is.null(size)) return(list(below = one(function(m) ppois(y - 1, m)), at = one(function(m) dpois(y, m)),
                                 above = one(function(m) ppois(y, m, lower.tail = FALSE))))
  s <- gauss.quad.prob(if (error <= 0.2) 3 else 7, "normal"); sizes <- size * exp(error * s$nodes)
  two <- function(f) sum(s$weights * sapply(sizes, function(z) one(function(m) f(m, z))))
  list(below = two(function(m, z) pnbinom(y - 1, z, mu = m)), at = two(function(m, z) dnbinom(y, z, mu = m)),
       above = two(function(m, z) pnbinom(y, z, mu = m, lower.tail = FALSE)))
}

units <- list()
for (i in which(plan$family %in% c("poisson", "nb2") & !(plan$data %in% c("esoph", "even")))) {
  d <- sets[[plan$data[i]]]; fam <- plan$family[i]
  f <- fit_one(formulas[[plan$data[i]]], d, fam)
  n <- nrow(d); x <- model.matrix(f)
  out <- data.frame(data = plan$data[i], family = fam, unit = d$unit, expected = fitted(f), leverage = hatvalues(f), cook = cooks.distance(f, dispersion = 1),
                    residual_deviance = residuals(f, "deviance"), residual_pearson = residuals(f, "pearson"),
                    expected_loo = NA, variance_loo = NA, theta_loo = NA, p = NA, p_plain = NA, below = NA, above = NA)
  for (j in seq_len(n)) {
    g <- suppressWarnings(fit_one(formulas[[plan$data[i]]], d[-j, ], fam))
    eta <- sum(x[j, ] * coef(g)) + log(d$exposure[j])
    # the covariance of the coefficients with theta taken as known, as vcov(glm.nb) does
    v <- as.numeric(x[j, ] %*% summary(g, dispersion = 1)$cov.unscaled %*% x[j, ])
    size <- if (fam == "nb2") g$theta else NULL
    t <- predictive(d$count[j], eta, v, size, if (is.null(size)) 0 else f$SE.theta / f$theta)
    out$expected_loo[j] <- exp(eta); out$variance_loo[j] <- v
    out$theta_loo[j] <- if (is.null(size)) NA else size
    out$p[j] <- min(1, 2 * min(t$below, t$above) + t$at)
    out$p_plain[j] <- min(1, 2 * (min(t$below, t$above) + t$at))
    out$below[j] <- t$below; out$above[j] <- t$above
  }
  units[[length(units) + 1]] <- out
}
save_csv(do.call(rbind, units), "units")

# --- statmod::qresiduals: the interval that a residual is drawn from ---------------------------------
# qresiduals draws u between F(y - 1) and F(y) at the fitted (not left-out) mean; with u at either end it is a number.

ends <- list()
for (i in which(plan$family %in% c("poisson", "nb2", "binomial"))) {
  d <- sets[[plan$data[i]]]; fam <- plan$family[i]
  f <- fit_one(formulas[[plan$data[i]]], d, fam)
  mu <- if (fam == "binomial") fitted(f) * d$exposure else fitted(f)
  cdf <- switch(fam, poisson = function(y) ppois(y, mu), nb2 = function(y) pnbinom(y, f$theta, mu = mu),
                binomial = function(y) pbinom(y, d$exposure, fitted(f)))
  set.seed(1); drawn <- qresiduals(f)
  low <- qnorm(cdf(d$count - 1)); high <- qnorm(cdf(d$count))
  stopifnot(all(drawn >= low - 1e-6 & drawn <= high + 1e-6))   # statmod agrees that this is the interval
  ends[[length(ends) + 1]] <- data.frame(data = plan$data[i], family = fam, unit = d$unit, lower = low, upper = high)
}
save_csv(do.call(rbind, ends), "quantile_residuals")

# --- distributions and multiplicity -------------------------------------------------------------------

grid <- expand.grid(y = c(0, 1, 3, 10, 40, 200, 5000), mean = c(0.2, 3, 25, 4000), theta = c(0.5, 5, 60, 1e5))
grid$below <- pnbinom(grid$y - 1, grid$theta, mu = grid$mean); grid$at <- dnbinom(grid$y, grid$theta, mu = grid$mean)
grid$above <- pnbinom(grid$y, grid$theta, mu = grid$mean, lower.tail = FALSE)
save_csv(grid, "tails_nb2")
dbb <- function(y, n, p, rho) exp(lchoose(n, y) + lbeta(y + p * (1 - rho) / rho, n - y + (1 - p) * (1 - rho) / rho) - lbeta(p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho))
lognormal <- function(f, mean, spread) {  # mean and variance of NB2 with theta = 1 / spread
  tau <- sqrt(log1p(spread)); m <- log(mean) - tau^2 / 2
  cuts <- sort(unique(c(seq(-10, 10, 0.25))))
  sum(mapply(function(a, b) integrate(function(z) f(exp(m + tau * z)) * dnorm(z), a, b, rel.tol = 1e-11, abs.tol = 0)$value, head(cuts, -1), tail(cuts, -1)))
}
grid <- expand.grid(y = c(0, 2, 11, 14, 40, 200, 5000), mean = c(0.5, 3, 25, 300, 4000), spread = c(1e-3, 0.02, 0.09, 0.8))
grid <- grid[abs(log((grid$y + 1) / (grid$mean + 1))) < 6 * sqrt(grid$spread + 1 / (grid$mean + 1)), ]
grid$below <- mapply(function(y, m, s) lognormal(function(r) ppois(y - 1, r), m, s), grid$y, grid$mean, grid$spread)
grid$at <- mapply(function(y, m, s) lognormal(function(r) dpois(y, r), m, s), grid$y, grid$mean, grid$spread)
grid$above <- mapply(function(y, m, s) lognormal(function(r) ppois(y, r, lower.tail = FALSE), m, s), grid$y, grid$mean, grid$spread)
save_csv(grid, "tails_lognormal")
grid <- expand.grid(y = c(0, 1, 7, 30, 100), number = c(100, 2500), share = c(0.02, 0.3), rho = c(1e-3, 0.02, 0.2))
grid$below <- mapply(function(y, n, p, r) sum(dbb(seq_len(y) - 1, n, p, r)), grid$y, grid$number, grid$share, grid$rho)
grid$at <- mapply(dbb, grid$y, grid$number, grid$share, grid$rho)
grid$above <- mapply(function(y, n, p, r) if (y < n) sum(dbb((y + 1):n, n, p, r)) else 0, grid$y, grid$number, grid$share, grid$rho)
save_csv(grid, "tails_beta_binomial")
p <- c(0.001, 0.2, 0.03, 0.03, 0.8, 0.0004, 0.05, 0.5, 0.011, 1)
save_csv(data.frame(p = p, adjusted = p.adjust(p, "BH")), "benjamini_hochberg")

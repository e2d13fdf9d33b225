# Reference numbers for tests/reference/test_traits_against_r.py, made with R (metafor 3.8) and committed beside this script.
# Run in this folder:  Rscript make_traits.R
# Values, sampling variances and categories are formulas: no random numbers.

suppressMessages(library(metafor))
save_csv <- function(x, name) {
  numeric <- vapply(x, is.double, TRUE)
  x[numeric] <- lapply(x[numeric], function(v) sprintf("%.15g", v))
  write.csv(x, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

k <- 1:140
d <- data.frame(unit = k, package = letters[(k * k + k %/% 9) %% 5 + 1], region = sprintf("r%02d", (k * 3 + k %/% 7) %% 17))
d$v <- 0.002 + 0.04 * ((k * 0.6180339887) %% 1)^2
own <- qnorm((k * 0.7548776662) %% 1) * 0.2 + qnorm((k * 0.5698402910) %% 1) * sqrt(d$v)
d$y <- 0.05 + own - 0.35 * (d$package == "c") + 0.15 * qnorm(((as.integer(factor(d$region)) * 0.618) %% 1))

fit_of <- function(random) rma.mv(y, v, random = random, data = d, method = "REML", control = list(rel.tol = 1e-10, x.tol = 1e-10))
models <- list(both = fit_of(list(~ 1 | package, ~ 1 | region, ~ 1 | unit)), package = fit_of(list(~ 1 | package, ~ 1 | unit)),
               none = fit_of(list(~ 1 | unit)))
save_csv(d, "data_traits")
components <- do.call(rbind, lapply(names(models), function(name) {
  m <- models[[name]]
  data.frame(model = name, part = c(m$s.names), variance = m$sigma2, beta = as.numeric(m$beta), se = m$se)
}))
save_csv(components, "traits_components")
blups <- ranef(models$both)
save_csv(do.call(rbind, lapply(c("package", "region"), function(name) {
  b <- blups[[name]]
  data.frame(trait = name, category = rownames(b), effect = b$intrcpt, se = b$se)
})), "traits_effects")

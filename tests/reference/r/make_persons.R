# Reference numbers for tests/reference/test_persons_against_r.py, made with R and committed beside this script.
# Run in this folder:  Rscript make_persons.R
# Package: sandwich. The persons are formulas of whole numbers, the same in R and in Python; glm sees them one by one.

suppressMessages(library(sandwich))

save_csv <- function(x, name) {
  numeric <- vapply(x, is.double, TRUE)
  x[numeric] <- lapply(x[numeric], function(v) sprintf("%.15g", v))
  write.csv(x, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

i <- 0:7999
g <- (i * i + 3 * i) %% 23
persons <- data.frame(gemeente = sprintf("%04d", g), leeftijd = c("jong", "midden", "oud", "oudst")[(i %/% 5) %% 4 + 1],
                      geslacht = c("m", "v")[(i %/% 3) %% 2 + 1], opleiding = c("hoog", "laag", "midden")[(i * 7 + g) %% 3 + 1])
chance <- 90 + 60 * ((i %/% 5) %% 4) + 80 * ((i %/% 3) %% 2) + 40 * ((i * 7 + g) %% 3) + 9 * (g %% 5)
persons$voorziening <- as.integer((i * 7919 + (i %/% 13) * 10473) %% 1000 < chance)

tight <- glm.control(epsilon = 1e-14, maxit = 100)
formula <- voorziening ~ leeftijd * geslacht + opleiding
fit <- glm(formula, binomial, persons, control = tight)
s <- coef(summary(fit))
clustered <- sqrt(diag(vcovCL(fit, cluster = persons$gemeente, type = "HC0", cadjust = TRUE)))
save_csv(data.frame(term = rownames(s), estimate = s[, 1], std_error = s[, 2], clustered = clustered), "persons_coefficients")

units <- do.call(rbind, lapply(sort(unique(persons$gemeente)), function(one) {
  own <- persons$gemeente == one
  without <- glm(formula, binomial, persons[!own, ], control = tight)
  data.frame(gemeente = one, observed = sum(persons$voorziening[own]), exposure = sum(own), expected = sum(fitted(fit)[own]),
             expected_loo = sum(predict(without, persons[own, ], type = "response")))
}))
save_csv(units, "persons_units")
save_csv(data.frame(log_likelihood = as.numeric(logLik(fit)), deviance = deviance(fit)), "persons_fit")

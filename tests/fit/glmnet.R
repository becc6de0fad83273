# Makes glmnet.json, the figures that test_penalised_likelihood.py compares with: Rscript glmnet.R > glmnet.json
# (R 4.2, glmnet 4.1-6). The tables are formulae, which the test repeats.
suppressMessages({library(glmnet); library(jsonlite)})
made <- function(n, k) outer(1:n, 1:k, function(i, j) round(sin(i*j*1.7 + j^2)*3 + cos(i*0.9 + j) + (i*j) %% 5, 6))
found <- list()
add <- function(name, x, y, family, penalty, ...) {
  lambda <- penalty * c(8, 4, 2, 1)
  for (estimator in c("lasso", "ridge")) {
    fit <- glmnet(x, y, family = family, alpha = as.numeric(estimator == "lasso"), lambda = lambda, thresh = 1e-16,
                  maxit = 1e7, ...)
    found[[paste(name, estimator)]] <<- list(penalties = lambda, intercepts = as.numeric(fit$a0),
                                             slopes = unname(lapply(1:4, function(m) as.numeric(fit$beta[, m]))))
  }
  found[[paste(name, "largest")]] <<- glmnet(x, y, family = family, ...)$lambda[1]
}
i <- 1:40; x <- made(40, 6)
w <- 1 + (i %% 4)*0.5; off <- cos(i*1.1)*0.7
yes <- as.numeric(sin(i*2.3) + 0.4*x[, 1] - 0.3*x[, 3] > 0.5)
trials <- 3 + (i %% 6); successes <- pmin(trials, floor(trials*plogis(0.4*x[, 1] - 0.3*x[, 2] + sin(i))))
count <- floor(exp(0.5 + 0.25*x[, 1] - 0.2*x[, 4] + 0.6*sin(i*1.3)))
amount <- 0.8*x[, 1] - 0.5*x[, 2] + 2*sin(i*2.1)
add("yes/no", x, yes, "binomial", 0.01)
add("yes/no, weights, offset", x, yes, "binomial", 0.01, weights = w, offset = off)
add("successes", x, cbind(trials - successes, successes), "binomial", 0.01)
add("count", x, count, "poisson", 0.05)
add("count, weights, offset", x, count, "poisson", 0.05, weights = w, offset = off)
add("amount, weights", x, amount, "gaussian", 0.05, weights = w)
add("amount, weights, offset", x, amount, "gaussian", 0.05, weights = w, offset = off)
i <- 1:24; x <- made(24, 60)
yes <- as.numeric(sin(i*2.3) + 0.4*x[, 1] - 0.3*x[, 3] > 0.5)
count <- floor(exp(0.5 + 0.25*x[, 1] - 0.2*x[, 4] + 0.6*sin(i*1.3)))
add("yes/no, wide", x, yes, "binomial", 0.03)
add("count, wide, offset", x, count, "poisson", 0.2, offset = 0.3*cos(i))
cat(toJSON(found, digits = 12, auto_unbox = TRUE), "\n")

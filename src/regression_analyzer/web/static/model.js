// The model of the document, replayed here so that a curve follows the hand. It is used only after it has given
// the server's own numbers for the same rows (see what-if.js); what it does not know, it leaves to the server.
const DAY = 86_400_000;

export const daysOf = (text) => Math.round(Date.parse(`${text}T00:00:00Z`) / DAY);
export const dateOf = (days) => new Date(Math.round(days) * DAY).toISOString().slice(0, 10);

const TRANSFORMS = {
  identity: (x) => x, log: Math.log, sqrt: Math.sqrt, exp: Math.exp, power: (x, parameters) => x ** parameters[0],
};
const INVERSE_LINKS = { identity: (x) => x, log: Math.exp, logit: (x) => 1 / (1 + Math.exp(-x)), inverse: (x) => 1 / x };
const TURN_BACK = { identity: (x) => x, log: Math.exp };

// The values of one factor in one row: one number, or one a level beside the reference; null where not defined.
const encoded = (factor, row) => {
  const value = row[factor.column];
  if (factor.kind === "numeric") {
    const x = factor.is_date ? daysOf(value) : Number(value);
    const y = TRANSFORMS[factor.transform](x, factor.parameters);
    return Number.isFinite(y) ? [y] : null;
  }
  const level = factor.merged.includes(String(value)) ? factor.other : String(value);
  if (!factor.levels.includes(level)) return null;
  return factor.levels.filter((known) => factor.full || known !== factor.reference).map((known) => known === level ? 1 : 0);
};

const columnsOf = (design, row) => {
  const x = new Array(design.columns.length).fill(0);
  if (design.intercept) x[0] = 1;
  for (const term of design.terms) {
    let product = [1];
    for (const factor of term.factors) {
      const part = encoded(factor, row);
      if (!part) return null;
      product = product.flatMap((a) => part.map((b) => a * b));
    }
    if (product.length !== term.columns.length) return null;
    term.columns.forEach((column, index) => { x[column] = product[index]; });
  }
  return x;
};

// A packed upper triangle, row by row: entry (i, j), i <= j, of a matrix of size n.
const at = (packed, n, i, j) => packed[i * n - i * (i - 1) / 2 + j - i];
const quadratic = (packed, x) => {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) {
    for (let j = i; j < x.length; j += 1) sum += (i === j ? 1 : 2) * at(packed, x.length, i, j) * x[i] * x[j];
  }
  return Math.max(0, sum);
};
const standardised = (spec, x) => x.map((value, i) => (value - spec.shift[i]) / spec.scale[i]);
// x' (R'R)^-1 x: solve R'u = x and take the length of u.
const reachOf = (spec, x) => {
  if (!spec.r_factor.length) return quadratic(spec.cov_unscaled, x);
  const z = standardised(spec, x);
  let sum = 0;
  const u = [];
  for (let i = 0; i < z.length; i += 1) {
    let rest = z[i];
    for (let j = 0; j < i; j += 1) rest -= at(spec.r_factor, z.length, j, i) * u[j];
    u.push(rest / at(spec.r_factor, z.length, i, i));
    sum += u[i] ** 2;
  }
  return sum;
};

// The half width of the conformal interval at a prediction: straight lines between the places it is known at.
const halfWidth = ({ half_width: same, at: places, half_widths: widths }, predicted) => {
  if (!places.length) return same;
  const next = places.findIndex((place) => place >= predicted);
  if (next <= 0) return widths[next < 0 ? widths.length - 1 : 0];
  const part = (predicted - places[next - 1]) / (places[next] - places[next - 1]);
  return widths[next - 1] + part * (widths[next] - widths[next - 1]);
};
const conformalEnds = ({ conformal, design: { family } }, predicted) => {
  if (!conformal) return [null, null];
  const half = halfWidth(conformal, predicted);
  const [low, high] = [predicted - half, predicted + half];
  const counts = family === "poisson" || family === "negative-binomial";
  const ends = counts ? [Math.ceil(low), Math.floor(high)] : [low, high];
  return family === "gaussian" ? ends : ends.map((end) => Math.max(end, 0));
};

// Returns a function row -> {predicted, ci_low, ci_high, pi_low, pi_high, conformal_low, conformal_high, in_domain}, or null where the model has
// parts that are not known here. `critical` is the multiplier of the interval of the mean, `criticalOfCase` of a single case's.
export const modelOf = (spec, critical, criticalOfCase) => {
  const { design, kept } = spec;
  const factors = design.terms.flatMap((term) => term.factors);
  const known = factors.every((factor) => factor.kind !== "numeric" || factor.transform in TRANSFORMS);
  const target = design.target_factor.kind === "numeric" ? design.target_factor.transform : "identity";
  const inverse = INVERSE_LINKS[design.link];
  const back = TURN_BACK[target];
  if (spec.kind === "penalised" || spec.escape?.length || !known || !inverse || !back || design.offset || design.weights_column || kept.length > 300) return null;
  const shifted = spec.shift.some((value) => value !== 0);
  const constant = kept.map((column) => design.columns[column][1] < 0);
  return (row) => {
    const all = columnsOf(design, row);
    if (!all) return null;
    const x = kept.map((column) => all[column]);
    const eta = shifted
      ? spec.level_at_shift + x.reduce((sum, value, i) => sum + (constant[i] ? 0 : (value - spec.shift[i]) * spec.coefficients[i]), 0)
      : x.reduce((sum, value, i) => sum + value * spec.coefficients[i], 0);
    const reach = reachOf(spec, x);
    const variance = spec.kind === "classical" ? spec.dispersion * reach
      : spec.standardised_covariance?.length ? quadratic(spec.standardised_covariance, standardised(spec, x))
        : quadratic(spec.covariance, x);
    const width = critical * Math.sqrt(variance);
    const ends = [inverse(eta - width), inverse(eta + width)].sort((a, b) => a - b).map(back);
    const single = design.family === "gaussian" && design.link === "identity";
    const wide = criticalOfCase * Math.sqrt(variance + spec.dispersion);
    const conformal = conformalEnds(spec, inverse(eta)).map((end) => end === null ? null : back(end));
    return {
      predicted: back(inverse(eta)), ci_low: ends[0], ci_high: ends[1],
      pi_low: single ? back(eta - wide) : null, pi_high: single ? back(eta + wide) : null,
      conformal_low: conformal[0], conformal_high: conformal[1],
      in_domain: reach <= spec.domain.max_leverage * (1 + 1e-9),
    };
  };
};

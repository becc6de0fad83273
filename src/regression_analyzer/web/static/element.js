// Small makers of elements: text is always text, never markup.
const SVG = "http://www.w3.org/2000/svg";

const fill = (made, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") made.textContent = value; else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};
export const element = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
export const drawn = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// A number for people: some significant digits, thousands separated.
export const written = (number, digits = 4) => typeof number !== "number" ? "not known"
  : number !== 0 && (Math.abs(number) >= 1e12 || Math.abs(number) < 1e-5)
    ? number.toExponential(digits - 1)
    : new Intl.NumberFormat("en", { maximumSignificantDigits: digits }).format(number);

// A number that may be a year: separated from 10,000 on.
export const bare = (number) => Math.abs(number) < 10_000 ? String(Number(number.toPrecision(6))) : written(number, 6);

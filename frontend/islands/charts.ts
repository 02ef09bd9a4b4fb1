// Time series as charts: `<div data-chart="id-of-json-script">` becomes a uPlot chart. The page shows the same figures as a
// table for those who have no script.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { translated } from "./translated";

/** What the page's JSON says: times in seconds since 1970 and one row of values for each series (null is a gap). */
interface ChartData {
  times: number[];
  series: { label: string; values: (number | null)[] }[];
  /** "bars" stack upon each other, "lines" (the default) lie over each other. */
  kind?: "bars" | "lines";
  /** Divides every value before it is shown (1_000_000 for micro-units). */
  scale?: number;
  /** Shown after or, for a currency (ISO 4217), formatted with each value. */
  unit?: string;
  currency?: string;
  /** The company's time zone (IANA), in which days begin. */
  zone?: string;
}

const HEIGHT = 220;
const SERIES = 6;
const DAY = 86_400;
const LEAST = 4; // the smallest top of an axis, so that its steps are whole
const LEAST_MONEY = 4e-6; // the same in micro-units
const MANY = 14; // beyond so many values a line shows no points
const SHORT: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
const LONG: Intl.DateTimeFormatOptions = { weekday: "short", ...SHORT };
const drawn = new Map<HTMLElement, uPlot>();

document.addEventListener("themechange", () => {
  for (const place of drawn.keys()) if (place.isConnected) draw(place);
});

/** Draw every chart inside `part` that is not drawn yet. */
export function wakeCharts(part: ParentNode): void {
  for (const place of part.querySelectorAll<HTMLElement>("[data-chart]:not([data-awake])")) {
    draw(place);
    new ResizeObserver(() => drawn.get(place)?.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
  }
}

function draw(place: HTMLElement): void {
  const source = document.getElementById(place.dataset.chart ?? "");
  if (!source?.textContent) return;
  place.dataset.awake = "";
  drawn.get(place)?.destroy();
  const data = JSON.parse(source.textContent) as ChartData;
  const rows = data.series.map((series) => series.values.map((value) => (value === null ? null : value / (data.scale ?? 1))));
  drawn.set(place, new uPlot(options(place, data, rows), [data.times, ...(data.kind === "bars" ? pile(rows) : rows)], place));
}

type Row = (number | null)[];

/** Each row on top of the ones after it: drawn in order, the earlier ones show above the later. */
function pile(rows: Row[]): Row[] {
  return rows.map((_, at) => rows[at]!.map((_, x) => rows.slice(at).reduce((sum, row) => sum + (row[x] ?? 0), 0)));
}

function options(place: HTMLElement, data: ChartData, rows: Row[]): uPlot.Options {
  const ink = colour(place, "--ink-faint");
  const line = colour(place, "--line");
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const format = formatter(data);
  const axis = { stroke: ink, font, ticks: { show: false } };
  const made: uPlot.Options = {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [12, 24, 0, 0],
    cursor: { y: false, points: { size: 7 } },
    scales: {
      y: { range: (_chart, _low, high) => [0, Math.max(high * 1.12, data.currency ? LEAST_MONEY : LEAST)] },
      // Half a day of room on both sides, so that the first and the last bar are whole.
      x: { time: true, range: (_chart, low, high) => (data.kind === "bars" ? [low - DAY / 2, high + DAY / 2] : [low, high]) },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 34, space: 70, values: (_chart, ticks) => ticks.map((at) => day(at, data.zone, SHORT)) },
      { ...axis, grid: { stroke: line, width: 1 }, size: widest, space: 44, values: (_chart, ticks) => ticks.map(format) },
    ],
    series: [
      { label: translated("Day"), value: (_chart, seconds) => (seconds === null ? "–" : day(seconds, data.zone)) },
      ...data.series.map(({ label }, at) => seriesOf(place, data, label, at, rows[at]!, format)),
    ],
  };
  if (data.zone) made.tzDate = (seconds) => uPlot.tzDate(new Date(seconds * 1000), data.zone!);
  return made;
}

function seriesOf(
  place: HTMLElement,
  data: ChartData,
  label: string,
  at: number,
  row: Row,
  format: (value: number | null) => string,
): uPlot.Series {
  const stroke = colour(place, `--series-${(at % SERIES) + 1}`);
  const shown = { label, stroke, value: (_chart: uPlot, _value: number | null, _series: number, index: number | null) => format(index === null ? null : (row[index] ?? null)) };
  if (data.kind === "bars" && uPlot.paths.bars) {
    return { ...shown, fill: stroke, width: 0, paths: uPlot.paths.bars({ size: [0.7, 26], radius: 0.15 }), points: { show: false } };
  }
  return { ...shown, width: 2, fill: stroke.replace(/^rgb\((.*)\)$/, "rgba($1, 0.1)"), points: { show: row.length <= MANY, size: 6, fill: stroke } };
}

/** Room for the longest figure on the axis. */
function widest(_chart: uPlot, values: string[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map((value) => value.length));
  return 16 + longest * 7;
}

/** A token's colour as it is now: canvases know nothing of custom properties or light-dark(). */
function colour(place: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  place.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function day(seconds: number, zone: string | undefined, style: Intl.DateTimeFormatOptions = LONG): string {
  const options = zone ? { ...style, timeZone: zone } : style;
  return new Intl.DateTimeFormat(language(), options).format(seconds * 1000);
}

function language(): string {
  const chosen = document.documentElement.lang || "en";
  return chosen === "en" ? "en-GB" : chosen; // days before months; figures are the same
}

function formatter(data: ChartData): (value: number | null) => string {
  const style: Intl.NumberFormatOptions = data.currency
    ? { style: "currency", currency: data.currency, currencyDisplay: "narrowSymbol", maximumSignificantDigits: 3 }
    : { maximumSignificantDigits: 4 };
  const numbers = new Intl.NumberFormat(language(), style);
  const unit = data.unit ? ` ${data.unit}` : "";
  return (value) => (value === null || value === undefined ? "–" : `${numbers.format(value)}${unit}`);
}

// Time series as charts: `<div data-chart="id-of-json-script" data-unit="…">` becomes a uPlot chart. The page shows the same
// figures as a table for those who have no script.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** What the page's JSON says: times in seconds since 1970 and one row of values for each series (null is a gap). */
interface ChartData {
  times: number[];
  series: { label: string; values: (number | null)[]; color?: string }[];
  /** Divides every value before it is shown (1_000_000 for micro-units). */
  scale?: number;
  /** Shown after or, for a currency (ISO 4217), formatted with each value. */
  unit?: string;
  currency?: string;
}

const HEIGHT = 220;
const PALETTE = ["#3b5bdb", "#0ca678", "#f08c00", "#ae3ec9", "#e03131", "#1098ad"];

/** Draw every chart inside `part` that is not drawn yet. */
export function wakeCharts(part: ParentNode): void {
  for (const place of part.querySelectorAll<HTMLElement>("[data-chart]:not([data-awake])")) draw(place);
}

function draw(place: HTMLElement): void {
  const source = document.getElementById(place.dataset.chart ?? "");
  if (!source?.textContent) return;
  place.dataset.awake = "";
  const data = JSON.parse(source.textContent) as ChartData;
  const divide = (value: number | null) => (value === null ? null : value / (data.scale ?? 1));
  const rows = data.series.map((series) => series.values.map(divide));
  const chart = new uPlot(options(place, data), [data.times, ...rows], place);
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
}

function options(place: HTMLElement, data: ChartData): uPlot.Options {
  const styles = getComputedStyle(place);
  const ink = styles.getPropertyValue("color");
  const line = styles.getPropertyValue("--line").trim() || "#8884";
  const format = formatter(data);
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [axis, { ...axis, size: 64, values: (_chart, ticks) => ticks.map(format) }],
    series: [
      {},
      ...data.series.map(({ label, color }, at) => {
        const stroke = color ?? PALETTE[at % PALETTE.length]!;
        return { label, stroke, width: 2, fill: `${stroke}1f`, value: (_chart: uPlot, value: number | null) => format(value) };
      }),
    ],
  };
}

function formatter(data: ChartData): (value: number | null) => string {
  const style: Intl.NumberFormatOptions = data.currency
    ? { style: "currency", currency: data.currency, maximumSignificantDigits: 3 }
    : { maximumSignificantDigits: 4 };
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "en", style);
  const unit = data.unit ? ` ${data.unit}` : "";
  return (value) => (value === null || value === undefined ? "–" : `${numbers.format(value)}${unit}`);
}

/**
 * Charts as SVG text, drawn by Apache ECharts without a browser.
 *
 * All are one width, so that the page can put them side by side on a desk and below each other on a phone; colors are the
 * page's custom properties, so that they follow light and dark.
 */
import type { Estimate } from '../evaluation/metrics.js';
import { plain } from './differences.js';
import { init, type CustomSeriesRenderItem, type EChartsCoreOption } from './echarts.gen.js';
import type { CurvePoint } from './learning-curves.js';

/** Width of every chart, in its own units; the page scales it. */
const width = 420;

/** A bar with its error. */
export interface Bar extends Estimate {
  readonly label: string;
  /** `own` is the model the report is about, `trained` what else was trained, the rest are baselines. */
  readonly role: 'own' | 'trained' | 'baseline';
}

const text = { color: 'var(--text)', fontSize: 13, fontFamily: 'inherit' };
const muted = { ...text, color: 'var(--muted)', fontSize: 12 };
const line = { lineStyle: { color: 'var(--line)' } };

/**
 * Horizontal bars in the given order, the mean written beside each, with a whisker over the 95 % interval.
 *
 * @param to  end of the scale, so that charts can be compared; default: beyond the longest
 */
export function barChart(bars: readonly Bar[], to?: number): string {
  const whisker: CustomSeriesRenderItem = (_, api) => {
    const [from, y] = api.coord([api.value(1), api.value(0)]) as [number, number];
    const [until] = api.coord([api.value(2), api.value(0)]) as [number, number];
    const stroke = { stroke: 'var(--text)', lineWidth: 1.5 };
    const stretch = (x1: number, x2: number, half: number) =>
      ({ type: 'line', shape: { x1, x2, y1: y - half, y2: y + half }, style: stroke }) as const;
    return { type: 'group', children: [stretch(from, until, 0), stretch(from, from, 4), stretch(until, until, 4)] };
  };
  const greatest = to ?? Math.max(...bars.map(({ mean, standardError }) => mean + 1.96 * standardError));
  return draw(34 + bars.length * 30, {
    grid: { left: labelWidth(bars), right: 64, top: 4, bottom: 26 },
    xAxis: {
      type: 'value',
      min: 0,
      max: greatest > 0 ? greatest : 1,
      axisLabel: { ...muted, formatter: shortNumber, hideOverlap: true, showMaxLabel: false },
      splitLine: line,
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ label }) => label),
      axisLabel: { ...text, interval: 0 },
      axisLine: line,
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barWidth: 16,
        data: bars.map(({ mean, role }) => ({ value: mean, itemStyle: { color: `var(--${role})`, borderRadius: 3 } })),
      },
      {
        type: 'custom',
        renderItem: whisker,
        data: bars.map(({ mean, standardError }, n) => [
          n,
          Math.max(0, mean - 1.96 * standardError),
          Math.min(greatest, mean + 1.96 * standardError),
        ]),
      },
      {
        // An unseen point at the whisker's end carries the figure, so that the whisker does not cross it.
        type: 'scatter',
        symbolSize: 0,
        data: bars.map(({ mean, standardError }, n) => [Math.min(greatest, mean + 1.96 * standardError), n]),
        label: {
          ...text,
          show: true,
          position: 'right',
          distance: 8,
          formatter: ({ dataIndex }: { dataIndex: number }) => plain(bars[dataIndex]?.mean ?? NaN),
        },
      },
    ],
  });
}

/** A curve over training steps. */
export function curveChart(points: readonly CurvePoint[]): string {
  const last = points.at(-1);
  return draw(220, {
    grid: { left: 52, right: 24, top: 20, bottom: 44 },
    xAxis: {
      type: 'value',
      name: 'step',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: muted,
      min: 0,
      max: last?.step ?? 1,
      axisLabel: { ...muted, hideOverlap: true },
      splitLine: { show: false },
      axisLine: { show: true, ...line },
    },
    yAxis: { type: 'value', scale: true, axisLabel: { ...muted, formatter: shortNumber }, splitLine: line },
    series: [
      {
        type: 'line',
        data: points.map(({ step, value }) => [step, value]),
        showSymbol: points.length <= 30,
        symbol: 'circle',
        symbolSize: 6,
        lineStyle: { color: 'var(--own)', width: 2 },
        itemStyle: { color: 'var(--own)' },
      },
    ],
  });
}

/** A histogram of cosines from -1 to 1 in equal bins, its mean marked. */
export function histogram(bins: readonly number[], mean: number): string {
  const step = 2 / bins.length;
  return draw(220, {
    grid: { left: 52, right: 24, top: 28, bottom: 44 },
    xAxis: {
      type: 'value',
      name: 'cosine of two pins',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: muted,
      min: -1,
      max: 1,
      axisLabel: { ...muted, formatter: shortNumber },
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, ...line },
    },
    yAxis: { type: 'value', axisLabel: { ...muted, formatter: shortNumber }, splitLine: line },
    series: [
      {
        type: 'bar',
        barWidth: Math.floor((width - 76) / bins.length),
        data: bins.map((count, n) => [-1 + (n + 0.5) * step, count]),
        itemStyle: { color: 'var(--trained)' },
        markLine: {
          symbol: 'none',
          data: [{ xAxis: mean }],
          lineStyle: { color: 'var(--own)', width: 2, type: 'solid' },
          label: { ...text, color: 'var(--own)', formatter: `mean ${plain(mean)}` },
        },
      },
    ],
  });
}

function draw(height: number, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return (
      chart
        .renderToSVGString()
        // Within a page neither the styles for a pointer nor the names of XML are of use; what is said stands in the caption.
        .replace(/<style[\s\S]*?<\/style>/g, '')
        .replace(/ (xmlns(:xlink)?|version|baseProfile|class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
        .replace(/^<svg width="\d+" height="\d+"/, '<svg aria-hidden="true" focusable="false"')
    );
  } finally {
    chart.dispose();
  }
}

/** Room for the longest label, about 7 units a letter. */
function labelWidth(bars: readonly Bar[]): number {
  return Math.min(180, 16 + 7.2 * Math.max(...bars.map(({ label }) => label.length)));
}

function shortNumber(value: number): string {
  return Math.abs(value) < 1
    ? String(Number(value.toPrecision(3))).replace(/^(-?)0\./, '$1.')
    : value.toLocaleString('en');
}

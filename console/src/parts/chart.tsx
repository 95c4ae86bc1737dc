// Charts over time, drawn by uPlot, in the colours of the page. Dragging chooses a window.

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { dateTime, shortDateTime } from '../lib/format.ts';
import { language, theme } from '../state/preferences.ts';
import { chooseWindow } from './time-picker.tsx';

export interface ChartLine {
  readonly label: string;
  /** The name of a colour of the page. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  /** Bars stand on the ones before them. */
  readonly isBar?: boolean;
}

interface ChartProps {
  readonly title: string;
  /** Seconds since 1970, when each slice begins. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly stepSeconds: number;
  readonly height?: number;
  readonly format: (value: number) => string;
  readonly isLogarithmic?: boolean;
  /** What else there is to know. */
  readonly note?: string;
}

/** A time on the axis takes about so much, half of it beyond its place. */
const LABEL_PIXELS = 72;
/** Shorter drags are clicks. */
const DRAG_PIXELS_MIN = 6;

export function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const { title } = props;
  const [look, words] = [theme.value, language.value];
  useEffect(() => {
    const { current } = box;
    if (current === null) {
      return;
    }
    const plot = new uPlot(optionsOf(props, current.clientWidth), dataOf(props), current);
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: current.clientWidth, height: props.height ?? 160 });
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [props.times, props.lines, look, words]);
  return (
    <>
      <div class="chart" ref={box} role="img" aria-label={`${title}: ${summaryOf(props)}`} />
      <Legend of={props} />
    </>
  );
}

function Legend({ of: { lines, note } }: { readonly of: ChartProps }) {
  return lines.length < 2 && note === undefined ? null : (
    <div class="legend">
      {lines.map(({ label, color }) => (
        <span key={label}>
          <i style={{ background: `var(--${color})` }} />
          {label}
        </span>
      ))}
      {note === undefined ? null : <span>{note}</span>}
    </div>
  );
}

/** For those who cannot see it: the most and when. */
function summaryOf({ times, lines, format }: ChartProps): string {
  return lines
    .map(({ label, values }) => {
      const most = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
      const at = times[values.indexOf(most)];
      const when = at === undefined ? '' : `, ${shortDateTime(at * 1000)}`;
      return `${label} ≤ ${format(most)}${when}`;
    })
    .join('; ');
}

/** Bars are drawn the tallest first, so each holds the ones before it too. */
function dataOf({ times, lines }: ChartProps): uPlot.AlignedData {
  const sums = times.map(() => 0);
  const stacked = lines.map(({ isBar, values }) =>
    values.map((value, at) => {
      if (isBar !== true) {
        return value;
      }
      sums[at] = (sums[at] ?? 0) + (value ?? 0);
      return sums[at] ?? 0;
    }),
  );
  return [[...times], ...stacked.reverse()] as uPlot.AlignedData;
}

function optionsOf(props: ChartProps, width: number): uPlot.Options {
  const { lines, times, stepSeconds, height = 160, format, isLogarithmic = false } = props;
  const axis = {
    stroke: colorOf('muted'),
    grid: { stroke: colorOf('line'), width: 1 },
    ticks: { show: false },
    font: `11px ${colorOf('font')}`,
  };
  const [begin = 0, end = 0] = [times[0], times.at(-1)];
  return {
    width,
    height,
    padding: [8, LABEL_PIXELS / 2, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: {
      x: { time: true, range: () => [begin, end + stepSeconds] },
      y: isLogarithmic
        ? { distr: 3, log: 10 }
        : { range: (_plot, _min, max) => [0, (max || 1) * 1.05] },
    },
    axes: [
      {
        ...axis,
        values: (_plot, splits) => splits.map((at) => shortDateTime(at * 1000, stepSeconds < 60)),
        space: 110,
        size: 28,
      },
      {
        ...axis,
        values: (_plot, splits) => splits.map((at) => (at === null ? '' : format(at))),
        size: 64,
      },
    ],
    series: [{}, ...lines.map(seriesOf).reverse()],
    hooks: { setSelect: [selectWindow], setCursor: [(plot) => tell(plot, props)] },
  };
}

function seriesOf({ label, color, isBar = false }: ChartLine): uPlot.Series {
  const fill = colorOf(color);
  const paths = uPlot.paths.bars?.({ size: [0.9, 60], align: 1 });
  return {
    label,
    stroke: fill,
    width: isBar ? 0 : 1.5,
    spanGaps: !isBar,
    points: { show: false },
    ...(isBar ? { fill, ...(paths === undefined ? {} : { paths }) } : {}),
  };
}

function selectWindow(plot: uPlot): void {
  const { left, width } = plot.select;
  if (width >= DRAG_PIXELS_MIN) {
    const [since, until] = [left, left + width].map((at) =>
      new Date(plot.posToVal(at, 'x') * 1000).toISOString(),
    );
    chooseWindow(since ?? '', until);
  }
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** What the slice under the pointer holds, as the title of the chart. */
function tell(plot: uPlot, { times, lines, format }: ChartProps): void {
  const { idx } = plot.cursor;
  const at = typeof idx === 'number' ? times[idx] : undefined;
  const values = lines.map(({ label, values: of }) => {
    const value = of[idx ?? 0];
    return value === null || value === undefined ? '' : `${label}: ${format(value)}`;
  });
  plot.root.title =
    at === undefined
      ? ''
      : [dateTime(at * 1000).slice(0, 19), ...values.filter((value) => value !== '')].join('\n');
}

// Runs by time and by a value: the more of them, the stronger the colour.

import { useEffect, useRef } from 'preact/hooks';
import type { Distribution } from '../api/types.ts';
import { bytes, count, dateTime, duration, shortDateTime } from '../lib/format.ts';
import { theme } from '../state/preferences.ts';
import { shownWindow } from '../state/window.ts';
import { colorOf } from './chart.tsx';

const LEFT = 64;
const BOTTOM = 18;

export function HeatMap({ of, title }: { readonly of: Distribution; readonly title: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const look = theme.value;
  const { sinceMs, untilMs } = shownWindow.value;
  useEffect(() => {
    const { current } = canvas;
    if (current === null) {
      return;
    }
    const paint = () => draw(current, of, { sinceMs, untilMs });
    const observer = new ResizeObserver(paint);
    observer.observe(current);
    return () => observer.disconnect();
  }, [of, look, sinceMs, untilMs]);
  const format = formatOf(of);
  const [low, high] = [of.buckets[0], of.buckets.at(-1)];
  const range =
    low === undefined || high === undefined ? '' : `: ${format(low.from)} – ${format(high.to)}`;
  return (
    <canvas
      class="heat"
      ref={canvas}
      role="img"
      aria-label={`${title}${range}`}
      onPointerMove={(event) => {
        const found = cellAt(event, of, { sinceMs, untilMs });
        event.currentTarget.title = found;
      }}
    />
  );
}

type Span = { readonly sinceMs: number; readonly untilMs: number };

function formatOf({ of }: Distribution): (value: number) => string {
  return of === 'duration' ? duration : bytes;
}

function draw(canvas: HTMLCanvasElement, of: Distribution, span: Span): void {
  const ratio = window.devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  if (context === null || of.buckets.length === 0) {
    return;
  }
  context.scale(ratio, ratio);
  const place = placer(of, span, width, height);
  const most = Math.max(1, ...of.cells.map((cell) => cell.count));
  context.fillStyle = colorOf('accent');
  for (const cell of of.cells) {
    const { x, y, w, h } = place(Date.parse(cell.time), cell.bucket);
    // By its logarithm: one slow run among millions must be seen.
    context.globalAlpha = 0.15 + 0.85 * (Math.log1p(cell.count) / Math.log1p(most));
    context.fillRect(x, y, Math.max(1, w - 0.5), Math.max(1, h - 0.5));
  }
  context.globalAlpha = 1;
  drawScale(context, of, height);
  drawTimes(context, span, { width, height });
}

/** A time on the axis takes about so much. */
const TIME_PIXELS = 130;

function drawTimes(
  context: CanvasRenderingContext2D,
  { sinceMs, untilMs }: Span,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const count = Math.max(1, Math.floor((width - LEFT) / TIME_PIXELS));
  context.textBaseline = 'bottom';
  for (let at = 0; at <= count; at++) {
    const share = at / count;
    const text = shortDateTime(sinceMs + share * (untilMs - sinceMs));
    context.textAlign = at === 0 ? 'left' : at === count ? 'right' : 'center';
    context.fillText(text, LEFT + share * (width - LEFT), height);
  }
}

function drawScale(context: CanvasRenderingContext2D, of: Distribution, height: number): void {
  const rows = bucketRows(of);
  const rowHeight = (height - BOTTOM) / rows.length;
  const every = Math.max(1, Math.ceil(22 / rowHeight));
  context.fillStyle = colorOf('muted');
  context.font = `11px ${colorOf('font')}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const format = formatOf(of);
  for (let row = 0; row < rows.length; row += every) {
    const y = height - BOTTOM - (row + 0.5) * rowHeight;
    context.fillText(format(rows[row] ?? 0), LEFT - 8, y);
  }
}

/** The lower bounds of all buckets from the smallest to the largest, those without runs too. */
function bucketRows({ buckets }: Distribution): number[] {
  const rows: number[] = [];
  for (const [at, { from }] of buckets.entries()) {
    const before = buckets[at - 1];
    if (before !== undefined) {
      const gap = Math.log2(from / Math.max(before.to, 1e-6)) * 4;
      for (let missing = 0; missing < Math.min(40, Math.round(gap)); missing++) {
        rows.push(before.to * 2 ** (missing / 4));
      }
    }
    rows.push(from);
  }
  return rows;
}

function placer(of: Distribution, span: Span, width: number, height: number) {
  const rows = bucketRows(of);
  const rowOf = of.buckets.map(({ from }) => rows.indexOf(from));
  const rowHeight = (height - BOTTOM) / rows.length;
  const perMs = (width - LEFT) / (span.untilMs - span.sinceMs);
  const w = of.step * 1000 * perMs;
  return (timeMs: number, bucket: number) => ({
    x: LEFT + Math.max(0, (timeMs - span.sinceMs) * perMs),
    y: height - BOTTOM - ((rowOf[bucket] ?? 0) + 1) * rowHeight,
    w,
    h: rowHeight,
  });
}

function cellAt(event: PointerEvent, of: Distribution, span: Span): string {
  const canvas = event.currentTarget as HTMLCanvasElement;
  const place = placer(of, span, canvas.clientWidth, canvas.clientHeight);
  const found = of.cells.find((cell) => {
    const { x, y, w, h } = place(Date.parse(cell.time), cell.bucket);
    const { offsetX, offsetY } = event;
    return offsetX >= x && offsetX < x + w && offsetY >= y && offsetY < y + h;
  });
  const bucket = found === undefined ? undefined : of.buckets[found.bucket];
  if (found === undefined || bucket === undefined) {
    return '';
  }
  const format = formatOf(of);
  const range = `${format(bucket.from)} – ${format(bucket.to)}`;
  return `${dateTime(Date.parse(found.time)).slice(0, 19)}\n${range}: ${count(found.count)}`;
}

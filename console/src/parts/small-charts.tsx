// Charts that are as small as a word.

import { bytes, percent } from '../lib/format.ts';

interface SparkProps {
  readonly label: string;
  readonly values: readonly number[];
  /** The bad ones among them. */
  readonly bad?: readonly number[];
}

const HEIGHT = 26;
const SLOT = 5;

/** One bar a slice. */
export function Spark({ label, values, bad = [] }: SparkProps) {
  const most = Math.max(1, ...values);
  const height = (value: number) => (value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT));
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${Math.max(1, values.length) * SLOT} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.map((value, at) => {
        const [all, failed] = [height(value), height(bad[at] ?? 0)];
        const x = at * SLOT;
        return (
          <g key={at}>
            <rect class="bar" x={x} y={HEIGHT - all} width={SLOT - 1} height={all} />
            <rect class="bad" x={x} y={HEIGHT - failed} width={SLOT - 1} height={failed} />
          </g>
        );
      })}
    </svg>
  );
}

/** How much of its limit something uses; above nine tenths it is close. */
const CLOSE = 0.9;

export function Meter({ used, limit }: { readonly used: number; readonly limit: number }) {
  if (limit === 0) {
    return <span class="muted number">{used === 0 ? '–' : bytes(used)}</span>;
  }
  const share = used / limit;
  const text = `${bytes(used)} / ${bytes(limit)} (${percent(share)})`;
  return (
    <span class="row" title={text}>
      <span class={`meter ${share > CLOSE ? 'high' : ''}`}>
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={text}>
          <rect width={Math.min(100, share * 100)} height="6" />
        </svg>
      </span>
      <span class="number">{percent(share)}</span>
    </span>
  );
}

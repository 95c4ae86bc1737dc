// Which window of time: the last so long, from then to then, or any text that says so.

import { useState } from 'preact/hooks';
import { t } from '../i18n/text.ts';
import { dateTime } from '../lib/format.ts';
import { DEFAULT_SINCE, parseWindow, rfc3339 } from '../lib/time.ts';
import { readClock } from '../state/clock.ts';
import { change, NEWEST, place } from '../state/route.ts';
import { shownWindow } from '../state/window.ts';
import { Popover } from './popover.tsx';

const presets = ['15m', '1h', '6h', '24h', '7d', '30d', '90d', '365d'] as const;

/** Another window is another answer: the page and its mark are of the old one. */
export function chooseWindow(since: string, until: string | undefined): void {
  readClock();
  change({ since, until, ...NEWEST });
}

export function TimePicker() {
  const { parameters } = place.value;
  const since = parameters.get('since') ?? DEFAULT_SINCE;
  const until = parameters.get('until');
  const { sinceMs, untilMs } = shownWindow.value;
  const isRelative = until === null && /^\d/.test(since) && !since.includes('-');
  const label = isRelative ? `${t('last')} ${since}` : windowText(sinceMs, untilMs, until === null);
  return (
    <Popover label={<span class="number">{label}</span>} title={t('time')}>
      {(close) => <Choices close={close} />}
    </Popover>
  );
}

function windowText(sinceMs: number, untilMs: number, isOpen: boolean): string {
  const [from, to] = [sinceMs, untilMs].map((ms) => dateTime(ms).slice(0, 16)) as [string, string];
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  return `${from} – ${isOpen ? t('now') : isOneDay ? to.slice(11) : to}`;
}

function Choices({ close }: { readonly close: () => void }) {
  const { sinceMs, untilMs, isLive } = shownWindow.value;
  const [text, setText] = useState(
    `${dateTime(sinceMs).slice(0, 19)} to ${isLive ? 'now' : dateTime(untilMs).slice(0, 19)}`,
  );
  const [isWrong, setWrong] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const parsed = parseWindow(text, Date.now());
    if (parsed === undefined) {
      setWrong(true);
      return;
    }
    chooseWindow(parsed.since, parsed.until);
    close();
  };
  return (
    <>
      <div class="presets">
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            onClick={() => {
              chooseWindow(preset, undefined);
              close();
            }}
          >
            {preset}
          </button>
        ))}
      </div>
      <form class="row" onSubmit={submit}>
        <input
          size={44}
          value={text}
          aria-label={t('timePaste')}
          aria-invalid={isWrong}
          placeholder={t('timePaste')}
          onFocus={({ currentTarget }) => currentTarget.select()}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setWrong(false);
          }}
        />
        <button type="submit" class="primary">
          {t('apply')}
        </button>
      </form>
      {isWrong ? (
        <p class="notice error" role="alert">
          {t('timeInvalid')}
        </p>
      ) : (
        <p class="muted">{t('timePaste')}</p>
      )}
      <FromTo close={close} />
    </>
  );
}

/** Two moments of this place's time, each with the browser's own calendar. */
function FromTo({ close }: { readonly close: () => void }) {
  const { sinceMs, untilMs, isLive } = shownWindow.value;
  const [from, setFrom] = useState(fieldTime(sinceMs));
  const [to, setTo] = useState(isLive ? '' : fieldTime(untilMs));
  const isEmpty = to !== '' && from >= to;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isEmpty) {
      chooseWindow(rfc3339(Date.parse(from)), to === '' ? undefined : rfc3339(Date.parse(to)));
      close();
    }
  };
  const field = (name: 'from' | 'to', value: string, set: (value: string) => void) => (
    <label class="row">
      {t(name)}
      <input
        type="datetime-local"
        step={1}
        required={name === 'from'}
        min="1970-01-02T00:00"
        max="2199-12-31T00:00"
        value={value}
        aria-invalid={isEmpty}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
  return (
    <form class="row" onSubmit={submit}>
      {field('from', from, setFrom)}
      {field('to', to, setTo)}
      <button type="submit" disabled={isEmpty}>
        {t('applyFromTo')}
      </button>
    </form>
  );
}

/** As a field of a date and a time takes it: of this place, without a zone. */
function fieldTime(ms: number): string {
  return dateTime(ms).slice(0, 19).replace(' ', 'T');
}

// What narrows the runs down: a field for words, and a chip for everything else.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { TextKey } from '../i18n/en.ts';
import { t } from '../i18n/text.ts';
import { type FilterName, filterNames, filters } from '../state/invocation-query.ts';
import { onKey } from '../state/keys.ts';
import { change, NEWEST } from '../state/route.ts';
import { Popover } from './popover.tsx';

/** Another filter is another answer. */
export function setFilter(
  changes: Readonly<Partial<Record<FilterName, string | undefined>>>,
): void {
  change({ ...changes, ...NEWEST });
}

const choices: Readonly<Partial<Record<FilterName, readonly string[]>>> = {
  status: ['ok', 'failed', 'running', 'lost'],
  cold: ['true', 'false'],
};
const hints: Readonly<Partial<Record<FilterName, TextKey>>> = { slow: 'slowHint' };

interface FiltersProps {
  /** What narrows down what the view is about; all where it is left out. */
  readonly names?: readonly FilterName[];
}

export function Filters({ names = filterNames }: FiltersProps) {
  const field = useRef<HTMLInputElement>(null);
  const given = filters.value;
  useEffect(() => onKey('/', () => field.current?.focus()), []);
  return (
    <search class="filters">
      <form
        class="query"
        onSubmit={(event) => {
          event.preventDefault();
          setFilter({ search: field.current?.value.trim() || undefined });
        }}
      >
        <input
          key={given.search}
          ref={field}
          class="query"
          style={{ width: '100%' }}
          type="search"
          defaultValue={given.search ?? ''}
          placeholder={t('searchHint')}
          aria-label={t('search')}
        />
      </form>
      {names.includes('status') ? <StatusButtons chosen={given.status} /> : null}
      {names.map((name) =>
        given[name] === undefined || name === 'status' ? null : (
          <Chip key={name} name={name} value={given[name]} />
        ),
      )}
      <AddFilter names={names} />
    </search>
  );
}

function StatusButtons({ chosen }: { readonly chosen: string | undefined }) {
  return (
    <fieldset class="row" aria-label={t('status')}>
      {(['ok', 'failed', 'running', 'lost'] as const).map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={chosen === status}
          onClick={() => setFilter({ status: chosen === status ? undefined : status })}
        >
          {t(status)}
        </button>
      ))}
    </fieldset>
  );
}

function Chip({ name, value }: { readonly name: FilterName; readonly value: string }) {
  return (
    <span class="chip">
      <span>
        <span class="muted" style={{ padding: 0 }}>
          {t(name)}:{' '}
        </span>
        <bdi>{shownValue(name, value)}</bdi>
      </span>
      <button
        type="button"
        aria-label={`${t('removeFilter')}: ${t(name)}`}
        onClick={() => setFilter({ [name]: undefined })}
      >
        ×
      </button>
    </span>
  );
}

function shownValue(name: FilterName, value: string): string {
  return name === 'cold' ? t(value === 'true' ? 'yes' : 'no') : value;
}

function AddFilter({ names }: Required<FiltersProps>) {
  return (
    <Popover label={`+ ${t('filter')}`} title={t('addFilter')}>
      {(close) => <FilterForm names={names} close={close} />}
    </Popover>
  );
}

interface FilterFormProps extends Required<FiltersProps> {
  readonly close: () => void;
}

function FilterForm({ names, close }: FilterFormProps) {
  const [name, setName] = useState<FilterName>('functionName');
  const [value, setValue] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [name]);
  const values = choices[name];
  const hint = hints[name];
  return (
    <form
      class="filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        setFilter({
          [name]: (values === undefined ? value.trim() : value || values[0]) || undefined,
        });
        close();
      }}
    >
      <select
        aria-label={t('filter')}
        value={name}
        onChange={({ currentTarget }) => {
          setName(currentTarget.value as FilterName);
          setValue('');
        }}
      >
        {names
          .filter((one) => one !== 'errorShape')
          .map((one) => (
            <option key={one} value={one}>
              {t(one)}
            </option>
          ))}
      </select>
      {values === undefined ? (
        <input
          ref={field}
          required
          aria-label={t(name)}
          placeholder={hint === undefined ? '' : t(hint)}
          value={value}
          onInput={({ currentTarget }) => setValue(currentTarget.value)}
        />
      ) : (
        <select
          aria-label={t(name)}
          value={value}
          onChange={({ currentTarget }) => setValue(currentTarget.value)}
        >
          {values.map((one) => (
            <option key={one} value={one}>
              {name === 'cold' ? shownValue(name, one) : t(one as TextKey)}
            </option>
          ))}
        </select>
      )}
      <span />
      <button type="submit" class="primary">
        {t('apply')}
      </button>
    </form>
  );
}

// The head of a column that a table can be sorted by.

interface SortHeadProps {
  readonly label: string;
  /** Which way the table is sorted by it; undefined: by another one. */
  readonly order: 'asc' | 'desc' | undefined;
  readonly isEndAligned: boolean;
  readonly title?: string | undefined;
  readonly onSort: () => void;
}

const sorts = { asc: 'ascending', desc: 'descending' } as const;
const arrows = { asc: ' ↑', desc: ' ↓' } as const;

export function SortHead({ label, order, isEndAligned, title, onSort }: SortHeadProps) {
  return (
    <th
      scope="col"
      class={isEndAligned ? 'end-aligned' : ''}
      {...(order === undefined ? {} : { 'aria-sort': sorts[order] })}
    >
      <button type="button" title={title} onClick={onSort}>
        {label}
        {order === undefined ? '' : arrows[order]}
      </button>
    </th>
  );
}

import { t } from '../i18n/text.ts';
import { columns, shownColumns } from '../state/preferences.ts';
import { Popover } from './popover.tsx';

export function Columns() {
  return (
    <Popover label={t('columns')} title={t('columns')}>
      {() =>
        columns.map((column) => (
          <label key={column} class="row">
            <input
              type="checkbox"
              checked={shownColumns.value.includes(column)}
              onChange={({ currentTarget }) => {
                const wanted = columns.filter((one) =>
                  one === column ? currentTarget.checked : shownColumns.value.includes(one),
                );
                if (wanted.length > 0) {
                  shownColumns.value = wanted;
                }
              }}
            />
            {t(column)}
          </label>
        ))
      }
    </Popover>
  );
}

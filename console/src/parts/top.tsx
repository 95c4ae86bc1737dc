// The head of every view: where one can go, whose records they are, how it looks.

import { t } from '../i18n/text.ts';
import { isHelpOpen } from '../state/keys.ts';
import {
  type Language,
  language,
  languages,
  type Theme,
  theme,
  themes,
} from '../state/preferences.ts';
import { change, linkTo, NEWEST, place, type View } from '../state/route.ts';
import { endSession, session } from '../state/session.ts';
import { Popover } from './popover.tsx';

const views = ['overview', 'invocations', 'errors'] as const;
const languageNames: Record<Language, string> = { en: 'English', zh: '中文' };
const themeTexts = { system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const;
/** Which of the three a view belongs to. */
const homes: Record<View, (typeof views)[number]> = {
  overview: 'overview',
  invocations: 'invocations',
  errors: 'errors',
  function: 'overview',
  run: 'invocations',
};

export function Top() {
  const here = homes[place.value.view];
  return (
    <header class="top">
      <a class="brand" href={linkTo('overview')}>
        <img src="/console/icon.svg" alt="" />
        fnlog
      </a>
      <nav aria-label="fnlog">
        {views.map((view) => (
          <a key={view} href={linkTo(view)} aria-current={view === here ? 'page' : undefined}>
            {t(view)}
          </a>
        ))}
      </nav>
      <div class="end">
        <Namespace />
        <button
          type="button"
          class="quiet"
          aria-label={t('help')}
          onClick={() => {
            isHelpOpen.value = true;
          }}
        >
          ?
        </button>
        <Popover label="☰" title={t('settings')}>
          {() => <Preferences />}
        </Popover>
      </div>
    </header>
  );
}

/** How it looks for whoever sits here, and the way out. */
function Preferences() {
  const now = session.value;
  return (
    <>
      {now.kind === 'in' ? <span class="muted mono">{now.session.secretId}</span> : null}
      <label class="row spread">
        {t('language')}
        <select
          value={language.value}
          onChange={({ currentTarget }) => {
            language.value = currentTarget.value as Language;
          }}
        >
          {languages.map((one) => (
            <option key={one} value={one}>
              {languageNames[one]}
            </option>
          ))}
        </select>
      </label>
      <label class="row spread">
        {t('theme')}
        <select
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = currentTarget.value as Theme;
          }}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {t(themeTexts[one])}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => void endSession()}>
        {t('signOut')}
      </button>
    </>
  );
}

/** A key for some namespaces offers those; one for all of them takes any name. */
function Namespace() {
  const now = session.value;
  const named = now.kind === 'in' ? now.session.namespaces : '*';
  const chosen = place.value.parameters.get('namespace') ?? 'default';
  const choose = (name: string) =>
    change({ namespace: name === 'default' ? undefined : name, ...NEWEST });
  if (named === '*') {
    return (
      <input
        aria-label={t('namespace')}
        title={t('namespace')}
        size={10}
        value={chosen}
        onChange={({ currentTarget }) => choose(currentTarget.value.trim() || 'default')}
      />
    );
  }
  const names = named.includes(chosen) ? named : [chosen, ...named];
  return (
    <select
      aria-label={t('namespace')}
      value={chosen}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    >
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

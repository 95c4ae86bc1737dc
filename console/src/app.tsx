// Which view is shown, and the frame around it.

import { useEffect } from 'preact/hooks';
import { t } from './i18n/text.ts';
import { Help } from './parts/help.tsx';
import { Top } from './parts/top.tsx';
import { listenForKeys } from './state/keys.ts';
import { followLinks, place } from './state/route.ts';
import { findSession, session } from './state/session.ts';
import { ErrorsView } from './views/errors.tsx';
import { FunctionView } from './views/function.tsx';
import { InvocationsView } from './views/invocations.tsx';
import { OverviewView } from './views/overview.tsx';
import { RunView } from './views/run.tsx';
import { SignInView } from './views/sign-in.tsx';

const AGAIN_MS = 3_000;

export function App() {
  useEffect(listenForKeys, []);
  const { kind } = session.value;
  useEffect(() => {
    if (kind === 'away') {
      const timer = setTimeout(() => void findSession(), AGAIN_MS);
      return () => clearTimeout(timer);
    }
    return undefined;
  });
  if (kind === 'asking') {
    return <p class="state muted">{t('loading')}</p>;
  }
  if (kind === 'away') {
    return (
      <main>
        <p class="notice" role="status">
          {t('serverAwayFirst')}
        </p>
      </main>
    );
  }
  return kind === 'out' ? <SignInView /> : <SignedIn />;
}

function SignedIn() {
  useEffect(() => {
    document.addEventListener('click', followLinks);
    return () => document.removeEventListener('click', followLinks);
  }, []);
  return (
    <>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      <Top />
      <main id="content" tabIndex={-1}>
        <CurrentView />
      </main>
      <Help />
    </>
  );
}

function CurrentView() {
  const { view, name } = place.value;
  useEffect(() => {
    document.title = `${name === '' ? t(view) : name} · fnlog`;
  });
  switch (view) {
    case 'overview':
      return <OverviewView />;
    case 'invocations':
      return <InvocationsView />;
    case 'errors':
      return <ErrorsView />;
    case 'function':
      return <FunctionView key={name} name={name} />;
    case 'run':
      return <RunView key={name} requestId={name} />;
    default:
      return view satisfies never;
  }
}

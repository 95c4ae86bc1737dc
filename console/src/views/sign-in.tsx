import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client.ts';
import { t } from '../i18n/text.ts';
import { beginSession, session } from '../state/session.ts';

export function SignInView() {
  const [problem, setProblem] = useState('');
  const [isAsking, setAsking] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const now = session.value;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const token = text('token');
    setAsking(true);
    try {
      await beginSession({
        secretId: text('secretId'),
        secretKey: text('secretKey'),
        ...(token === '' ? {} : { token }),
      });
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : t('serverAwayFirst'));
      setAsking(false);
    }
  };
  return (
    <main>
      <form class="sign-in" onSubmit={submit}>
        <div class="brand">
          <img src="/console/icon.svg" alt="" />
          <h1>fnlog</h1>
        </div>
        {now.kind === 'out' && now.reason === 'ended' ? (
          <p class="notice">{t('sessionEnded')}</p>
        ) : (
          <p class="muted">{t('signInLead')}</p>
        )}
        <label>
          {t('secretId')}
          <input ref={first} name="secretId" autoComplete="username" required spellcheck={false} />
        </label>
        <label>
          {t('secretKey')}
          <input name="secretKey" type="password" autoComplete="current-password" required />
        </label>
        <details>
          <summary class="muted">{t('token')}</summary>
          <input name="token" type="password" aria-label={t('token')} autoComplete="off" />
        </details>
        {problem === '' ? null : (
          <p class="notice error" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary" disabled={isAsking}>
          {t('signIn')}
        </button>
        <p class="muted">{t('signInHint')}</p>
      </form>
    </main>
  );
}

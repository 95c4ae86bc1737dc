import { describe, expect, test } from 'vitest';
import { knownMigrations } from './migrate.ts';

describe('the migrations', () => {
  const migrations = knownMigrations();

  test('are numbered from 1 without a gap, in order', () => {
    expect(migrations.map(({ version }) => version)).toEqual(
      Array.from(migrations, (_, index) => index + 1),
    );
    expect(migrations.length).toBeGreaterThan(0);
  });

  test('have a name each', () => {
    expect(migrations[0]?.name).toBe('create-invocations');
    expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
  });

  test.each(migrations)('$version is one statement that is safe to run again', ({ sql }) => {
    const statement = sql.replace(/--.*$/gm, '').trim();
    expect(statement).not.toContain(';');
    expect(statement).toMatch(/\bIF (?:NOT )?EXISTS\b|\bMODIFY SETTING\b/);
  });
});

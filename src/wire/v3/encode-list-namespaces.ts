// Spells namespaces as API 3.0's ListNamespaces answers them: by what the store has seen in each.

import type { NamespacePage } from '../../domain/namespace-query.ts';
import type { TimeText } from '../time-in-zone.ts';

interface NamespaceV3 {
  readonly Name: string;
  /** Start of the first run that the store has seen. */
  readonly AddTime: string;
  /** Start of the newest one. */
  readonly ModTime: string;
}

export interface ListNamespacesReplyV3 {
  readonly TotalCount: number;
  readonly Namespaces: readonly NamespaceV3[];
}

export function encodeListNamespaces(
  page: NamespacePage,
  timeText: TimeText,
): ListNamespacesReplyV3 {
  return {
    TotalCount: page.total,
    Namespaces: page.namespaces.map(({ name, firstStartUs, lastStartUs }) => ({
      Name: name,
      AddTime: timeText(firstStartUs),
      ModTime: timeText(lastStartUs),
    })),
  };
}

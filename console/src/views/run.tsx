import { RunDetails } from '../parts/run-details.tsx';

/** One run by its permanent address. */
export function RunView({ requestId }: { readonly requestId: string }) {
  return <RunDetails requestId={requestId} />;
}

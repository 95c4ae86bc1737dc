// A command that ends because it was asked to, with work left.

export class StoppedError extends Error {
  /** @param message what to do to go on */
  constructor(message: string) {
    super(message);
    this.name = 'StoppedError';
  }
}

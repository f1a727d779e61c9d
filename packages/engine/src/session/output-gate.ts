// The output gate: no byte leaves for a client before the effects it may speak of are safe. Every output carries the
// position of the stream of effects at which it was made; it is released once the gate has passed that position.
// The gate is open unless somebody (appendfsync always; later a quorum) closes it.
export class OutputGate {
  /** Position up to which effects are safe; Infinity while the gate is open. */
  passed = Number.POSITIVE_INFINITY;
  /** Called when the gate has moved, to release what waited. */
  onMoved: () => void = () => {};

  get isOpen(): boolean {
    return this.passed === Number.POSITIVE_INFINITY;
  }

  /** Closes the gate: effects up to `position` are safe, later ones are not yet. */
  close(position: number): void {
    this.passed = position;
  }

  /** Effects up to `position` are safe now. */
  pass(position: number): void {
    if (this.isOpen || position <= this.passed) return;
    this.passed = position;
    this.onMoved();
  }

  open(): void {
    this.passed = Number.POSITIVE_INFINITY;
    this.onMoved();
  }
}

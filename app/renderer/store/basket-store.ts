import type { CatalogueProduct } from '../../../terminal-core/api/contract.ts';
import { type Basket, EMPTY_BASKET, repriced } from './basket.ts';
import { Cell } from './cell.ts';
import type { HeldCart, TillDatabase } from './database.ts';

const BASKET_KEY = 'basket';
/** More baskets than this put aside is a shop that has lost its way. */
export const HELD_CARTS_MAX = 50;

/** The current basket and the held ones. Every change is on its way to the disk before the screen shows it. */
export class BasketStore {
  readonly basket = new Cell<Basket>(EMPTY_BASKET);
  readonly held = new Cell<readonly HeldCart[]>([]);
  readonly #database: TillDatabase;

  constructor(database: TillDatabase) {
    this.#database = database;
  }

  async load(): Promise<void> {
    // Written by this class only; a row of another shape would be a bug here, not bad input.
    const stored = await this.#database.read(BASKET_KEY, (value) => value as Basket);
    if (stored !== undefined) this.basket.set(stored);
    await this.#loadHeld();
  }

  set(basket: Basket): void {
    void this.#database.write(BASKET_KEY, basket);
    this.basket.set(basket);
  }

  clear(): void {
    this.set(EMPTY_BASKET);
  }

  /** @returns false when HELD_CARTS_MAX are held already; the basket stays as it is. */
  async hold(operatorCode: string): Promise<boolean> {
    const { lines } = this.basket.get();
    if (this.held.get().length >= HELD_CARTS_MAX) return false;
    const cart: HeldCart = { heldId: crypto.randomUUID(), heldAtMs: Date.now(), operatorCode, lines };
    // Emptied at once, so that the next customer's first scan is not swept away; the disk keeps the order of the writes.
    const saved = this.#database.heldCarts.put(cart);
    this.clear();
    await saved;
    await this.#loadHeld();
    return true;
  }

  /** Makes a held cart the basket. A basket that is not empty is held first, so that nothing is lost. */
  async recall(heldId: string, operatorCode: string): Promise<void> {
    const cart = this.held.get().find((candidate) => candidate.heldId === heldId);
    if (cart === undefined) return;
    const hold = this.basket.get().lines.length > 0 ? this.hold(operatorCode) : undefined;
    this.set({ lines: cart.lines, selectedSku: cart.lines.at(-1)?.product.sku });
    await hold;
    await this.discard(heldId);
  }

  async discard(heldId: string): Promise<void> {
    await this.#database.heldCarts.delete(heldId);
    await this.#loadHeld();
  }

  /** After a new catalogue: baskets are paid at today's prices. */
  reprice(find: (sku: string) => CatalogueProduct | undefined): void {
    const basket = this.basket.get();
    if (basket.lines.length > 0) this.set({ ...basket, lines: repriced(basket.lines, find) });
  }

  async #loadHeld(): Promise<void> {
    const carts = await this.#database.heldCarts.orderBy('heldAtMs').reverse().toArray();
    this.held.set(carts);
  }
}

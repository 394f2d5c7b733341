/** How much of the machine the measurements may take. */
export interface Profile {
  readonly memoryLimitMb: number;
  readonly threads: number;
  /** how long a row waits for company before it is written */
  readonly flushAfterMs: number;
  /** rows in memory that wait for the disk; beyond, the oldest give way */
  readonly waitingRows: number;
  readonly waitingBytes: number;
  /** left free on the disk: the ledger, which alarms depend on, lives there too */
  readonly reserveBytes: number;
  /** a day gone by is made into Parquet when no row has come for it for so long */
  readonly closeAfterMs: number;
  /** how often days are closed and old files removed */
  readonly tidyEveryMs: number;
  /** a question that takes longer is broken off */
  readonly readLimitMs: number;
}

/** For one core and 512 MB, the hub included. */
export const smallProfile: Profile = {
  memoryLimitMb: 96,
  threads: 1,
  flushAfterMs: 1_000,
  waitingRows: 50_000,
  waitingBytes: 32 * 1024 * 1024,
  reserveBytes: 64 * 1024 * 1024,
  closeAfterMs: 30 * 60_000,
  tidyEveryMs: 10 * 60_000,
  readLimitMs: 20_000,
};

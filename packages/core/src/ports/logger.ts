/** Structured operational log; pino fits it. Never given secrets or whole request bodies. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

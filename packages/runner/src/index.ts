export { type BoardAddress, createHttpBoard, type HttpBoardOptions } from './board/http-board.ts';
export { BoardError } from './board/job-board.ts';
export { createCarryOut, type Workplace } from './carry-out.ts';
export { acceptedTypes, type Permissions } from './permissions.ts';
export { type Runner, startRunner } from './runner.ts';
export type { RunnerEvent } from './runner-event.ts';
export { openRunnerState, RunnerInUse, type RunnerState } from './state/runner-state.ts';

import type { Terminal } from './output.ts';

/** What shows a file in a browser; null where there is none on this machine, or whoever asks sits at another one. */
export function browserOf(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): NonNullable<Terminal['browse']> | null {
  if (env.SSH_CONNECTION || env.SSH_TTY || env.CI) return null;
  const hasScreen = env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME;
  if (platform !== 'darwin' && platform !== 'win32' && !hasScreen) return null;
  return async (file) => {
    const { default: open } = await import('open');
    await open(file);
  };
}

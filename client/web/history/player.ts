import 'asciinema-player/dist/bundle/asciinema-player.css'
import './player.css'
import { create } from 'asciinema-player'

export interface PlayerOptions {
  element: HTMLElement
  /** asciicast, version 2. */
  cast: string
  speed: number
  /** Pauses are cut to so many seconds; null plays them as they were. */
  idleLimit: number | null
  /** Seconds of the recording, as the player counts them. */
  startAt: number
  onPlaying(playing: boolean): void
}

export interface Player {
  play(): void
  pause(): void
  /** Seconds. */
  time(): Promise<number>
  seek(seconds: number): void
  focus(): void
  close(): void
}

/** The one place that knows asciinema-player. Its emulator is WebAssembly, which only the playback page may compile. */
export function openPlayer({ element, cast, onPlaying, ...options }: PlayerOptions): Player {
  const player = create({ data: cast }, element, {
    speed: options.speed,
    ...(options.idleLimit === null ? {} : { idleTimeLimit: options.idleLimit }),
    startAt: options.startAt,
    autoPlay: true,
    fit: 'both',
    theme: 'lifeline',
    terminalFontFamily: "'JetBrains Mono', ui-monospace, monospace",
    controls: true,
  })
  player.addEventListener('playing', () => onPlaying(true))
  player.addEventListener('pause', () => onPlaying(false))
  player.addEventListener('ended', () => onPlaying(false))
  return {
    play: () => void player.play(),
    pause: () => void player.pause(),
    time: async () => player.getCurrentTime(),
    seek: (seconds) => void player.seek(seconds),
    focus: () => element.querySelector<HTMLElement>('.ap-wrapper')?.focus(),
    close: () => player.dispose(),
  }
}

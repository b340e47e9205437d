/**
 * What is typed at the prompt, at most 200 characters with its Enter; every shell there is takes it as one word after `sh -c`, csh and fish
 * too, so it may have no quote and no exclamation mark in it. It is not interactive, and with its echo off nothing is shown. A read that
 * gets nothing for 25.5 s, the most a tty counts to, is the end of its input. `e`, when set, is run instead of the line. The blank before
 * it keeps it out of the history of most shells. In place of the login shell it has no modes to give back: getty(8) makes its own. bash
 * writes its history at an exec, so it must have no file for it; fish has no `unset`, says so, and goes on.
 */
export function starter(tag: string, replace: boolean): string {
  const modes = 'stty -icanon -echo min 0 time 255;k=0'
  const begin = replace ? modes : `s=\`stty -g\`;trap "stty $s;exit" 0 2;${modes}`
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  const check = 'case `printf %s "$k$t"|cksum` in "$c "*)k=$((k+1));eval "${e-$t}";esac'
  return ` ${replace ? 'unset HISTFILE;exec ' : ''}sh -c '${begin};while echo "<${tag}:$k:$c>";read -r c t;do ${check};done'`
}

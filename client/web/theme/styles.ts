// The order is the order of precedence: fonts, Mantine in its layer, ours above every layer.
import '@fontsource-variable/inter/wght.css'
// The last of one weight is the first that is asked: from it browsers know how wide `1ch` is, and the other has no digits.
import '@fontsource/jetbrains-mono/latin-ext-400.css'
import '@fontsource/jetbrains-mono/latin-400.css'
import '@fontsource/jetbrains-mono/latin-700.css'
import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './base.css'

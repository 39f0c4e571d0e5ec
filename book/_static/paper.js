/* Paper is white, whatever the screen. */

const root = document.documentElement

function onPaper() {
    root.dataset.shown = root.dataset.theme
    root.dataset.theme = "light"
}

function onScreen() {
    root.dataset.theme = root.dataset.shown
}

window.addEventListener("beforeprint", onPaper)
window.addEventListener("afterprint", onScreen)

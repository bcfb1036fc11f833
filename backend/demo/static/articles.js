// The channels' row shows where the reader is; an article that was really opened says so once, naming nobody.
'use strict'

const HERE = document.querySelector('.chips [aria-current]')
if (HERE) {
  HERE.parentElement.scrollLeft = HERE.offsetLeft - HERE.parentElement.offsetLeft - 48
}

const READ = document.querySelector('[data-read]')
if (READ) {
  setTimeout(() => {
    if (document.visibilityState === 'visible') {
      fetch(READ.dataset.read, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
        keepalive: true,
      }).catch(() => {}) // a read that the network lost is not counted
    }
  }, 2000)
}

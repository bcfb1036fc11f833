// The form of evidence: keeps what is typed, and sends photos one by one, each again until it has arrived.
'use strict'

const form = document.querySelector('form.evidence')
const list = form.querySelector('[data-list]')
const status = form.querySelector('[data-status]')
const waiting = []
const stuck = new Set() // photos that the network lost: sent again when it is back
let sending = false
let timer = 0

const SAYINGS = {
  0: '网络断了，没有传上去。',
  401: '登录过期了，请回到首页重新登录。',
  408: '网络太慢，没有传完。',
  413: '这张照片超过 10 MB，请换一张小的。',
  429: '传得太多了，请等一会儿。',
  503: '现在有点忙，请过一会儿再传。',
}

// ── what is typed ──

function say(text, wrong) {
  status.textContent = text
  status.classList.toggle('wrong', Boolean(wrong))
}

function mark(errors) {
  for (const field of form.querySelectorAll('[data-field]')) {
    const fault = errors[field.dataset.field]
    if (fault !== undefined || field.classList.contains('typed')) {
      field.classList.toggle('faulty', fault !== undefined)
      field.querySelector('.fault').textContent = fault || ''
    }
  }
}

function later(milliseconds) {
  clearTimeout(timer)
  timer = setTimeout(save, milliseconds)
}

function save() {
  clearTimeout(timer)
  timer = 0
  const request = new XMLHttpRequest()
  request.open('POST', form.dataset.save)
  request.timeout = 20000
  request.onload = () => {
    const answer = read(request)
    if (request.status === 200) {
      mark({})
      say('已存好，断了网也不会丢。')
    } else if (request.status === 422) {
      mark(Object.fromEntries((answer.errors || []).map(each => [each.field.replace(/\[.*/, ''), each.detail])))
      say(answer.errors && answer.errors.length ? '有一处还没存好，请看红字。' : answer.detail, true)
    } else {
      failed(request.status)
    }
  }
  request.onerror = request.ontimeout = () => failed(0)
  request.send(new URLSearchParams(new FormData(form)))
}

function failed(code) {
  say(code === 401 ? SAYINGS[401] : '还没存好，网络好了会自动再存。', true)
  if (code !== 401) later(5000)
}

function read(request) {
  try {
    return JSON.parse(request.responseText)
  } catch {
    return {}
  }
}

form.addEventListener('input', event => {
  const field = event.target.closest('[data-field]')
  if (field) field.classList.add('typed')
  later(900)
})

form.elements.starts_at_day?.addEventListener('change', event => {
  if (!form.elements.ends_at_day.value) form.elements.ends_at_day.value = event.target.value
})

// ── photos ──

form.querySelector('[data-pick]').addEventListener('change', event => {
  const room = Number(form.dataset.most) - list.children.length
  const files = [...event.target.files]
  for (const file of files.slice(0, room)) line(file)
  if (files.length > room) say(`照片最多 ${form.dataset.most} 张，多出来的没有加。`, true)
  event.target.value = ''
  next()
})

function line(file) {
  const item = document.createElement('li')
  item.className = 'coming'
  const name = document.createElement('span')
  name.textContent = file.name
  const bar = document.createElement('progress')
  bar.max = 100
  bar.value = 0
  const word = document.createElement('span')
  word.setAttribute('role', 'status')
  word.textContent = '等着传……'
  item.append(name, bar, word)
  list.append(item)
  waiting.push({ file, item, bar, word, key: random() })
}

function next() {
  if (sending || !waiting.length) return
  sending = true
  send(waiting.shift())
}

function send(photo) {
  photo.item.classList.remove('failed')
  photo.item.querySelector('.row-of-two')?.remove()
  photo.word.textContent = '正在传……'
  const request = new XMLHttpRequest()
  request.open('POST', form.dataset.photos)
  request.setRequestHeader('Idempotency-Key', photo.key)
  request.upload.onprogress = event => {
    if (event.lengthComputable) photo.bar.value = (100 * event.loaded) / event.total
    if (event.loaded === event.total) photo.word.textContent = '传完了，正在整理……'
  }
  request.onload = () => (request.status === 201 ? arrived(photo, read(request)) : refused(photo, request))
  request.onerror = request.ontimeout = () => refused(photo, request)
  request.timeout = 600000
  const body = new FormData()
  body.append('file', photo.file)
  request.send(body)
}

function arrived(photo, answer) {
  const picture = document.createElement('img')
  picture.src = answer.small_url
  picture.alt = '刚传的照片'
  const id = document.createElement('input')
  id.type = 'hidden'
  id.name = 'pictures'
  id.value = answer.id
  photo.item.className = ''
  photo.item.replaceChildren(picture, id, button('去掉', 'plain', () => remove(photo.item)))
  sending = false
  save()
  next()
}

function refused(photo, request) {
  const hopeless = [413, 422].includes(request.status)
  photo.item.classList.add('failed')
  photo.bar.value = 0
  photo.word.textContent = read(request).detail || SAYINGS[request.status] || '没有传上去。'
  const choices = document.createElement('div')
  choices.className = 'row-of-two'
  if (!hopeless) {
    stuck.add(photo)
    choices.append(button('再传一次', 'button', () => again(photo)))
  }
  choices.append(button('不要这张', 'button second', () => remove(photo.item)))
  photo.item.append(choices)
  sending = false
  next()
}

function again(photo) {
  stuck.delete(photo)
  if (!photo.item.isConnected) return
  photo.item.classList.remove('failed')
  photo.item.querySelector('.row-of-two').remove()
  photo.word.textContent = '等着传……'
  waiting.push(photo)
  next()
}

function remove(item) {
  item.remove()
  save()
}

function button(text, style, pressed) {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = style
  made.textContent = text
  made.addEventListener('click', pressed)
  return made
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

for (const each of list.querySelectorAll('[data-remove]')) {
  each.addEventListener('click', () => remove(each.closest('li')))
}

addEventListener('online', () => {
  for (const photo of stuck) again(photo)
  if (timer) save()
})

form.addEventListener('submit', event => {
  if (!list.querySelector('.coming')) {
    clearTimeout(timer)
    return
  }
  event.preventDefault()
  say('还有照片没传好，等它传完，或者点“不要这张”。', true)
})

document.querySelector('.faulty')?.scrollIntoView({ block: 'center' })

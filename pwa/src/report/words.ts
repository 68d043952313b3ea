/** The words of the residents' page: Chinese first, English beside it. */
const chinese = {
  title: '向网格反映问题',
  door: '这是出租房的二维码门牌',
  door_about: '供网格员上门核查时扫码，码中没有住户信息和地址。',
  door_report: '发现安全隐患，请在网上反映，或拨打 12345。发现火情、煤气泄漏，请立即撤离并拨打 119。',
  door_worker: '我是网格员，打开房屋档案',
  other: 'English',
  kind: '是哪一类问题？',
  item: '具体是什么？',
  photo: '拍照片（最多 3 张）',
  photo_one: '照片 {n}',
  photo_drop: '删除照片 {n}',
  text: '说明情况',
  address: '在哪里（如：3 幢楼下）',
  here: '使用我现在的位置',
  here_busy: '正在定位…',
  here_done: '已记下位置（误差约 {n} 米）',
  here_failed: '没有定位成功，请写清楚在哪里',
  phone: '手机号',
  ask_code: '获取短信验证码',
  code_sent: '验证码已发送，10 分钟内有效',
  code: '6 位验证码',
  privacy: '手机号只用于核实和回复，工作人员默认看不到。',
  send: '提交',
  sending: '正在提交…',
  find: '查询以前反映的问题',
  number: '编号',
  look: '查询',
  pick: '请选择问题类别和具体事项',
  pick_rating: '请先选择是否满意',
  keep: '请收藏本页：以后打开这个地址可查看进展，办结后可评价。',
  about: '编号 {number} · {title}',
  step_received: '已收到，正在安排',
  step_working: '正在处理',
  step_waiting: '暂缓处理，条件具备后继续',
  step_checking: '已处理，正在核查',
  step_done: '已办结',
  step_declined: '不予受理，如有疑问请拨打 12345',
  rate: '您对处理结果满意吗？',
  satisfied: '满意',
  fair: '基本满意',
  dissatisfied: '不满意',
  rate_text: '补充说明（选填）',
  rate_send: '提交评价',
  rated: '您的评价：{n}',
  scan: '请扫描小区或村口的二维码打开本页。',
  offline: '没有连上网络，内容还在，请稍后再试。',
  offline_open: '没有连上网络，请稍后重新打开本页。',
  no_texts: '短信暂未开通，请拨打 12345 反映。',
  too_large: '这张照片无法读取，请换一张。',
}

export type Word = keyof typeof chinese

const english: Record<Word, string> = {
  title: 'Report a problem nearby',
  door: 'This is the label of a rental house',
  door_about: 'Grid workers scan it when they come to check. It holds nothing of the people inside, and no address.',
  door_report: 'Something unsafe? Report it, or call 12345. Fire or gas: leave at once and call 119.',
  door_worker: 'I am a grid worker: open the house’s file',
  other: '中文',
  kind: 'What kind of problem?',
  item: 'What is it?',
  photo: 'Take a photo (up to 3)',
  photo_one: 'Photo {n}',
  photo_drop: 'Remove photo {n}',
  text: 'What is wrong',
  address: 'Where (e.g. below house 3)',
  here: 'Use where I am now',
  here_busy: 'Finding you…',
  here_done: 'Position noted (within about {n} m)',
  here_failed: 'Not found: please write where it is',
  phone: 'Mobile number',
  ask_code: 'Send me a code by text',
  code_sent: 'Code sent; good for 10 minutes',
  code: 'The 6 digits',
  privacy: 'Your number is used to check and to answer only; staff do not see it unless there is a reason.',
  send: 'Send',
  sending: 'Sending…',
  find: 'Look up an earlier report',
  number: 'Number',
  look: 'Look up',
  pick: 'Please choose a kind and what it is',
  pick_rating: 'Please choose how content you are',
  keep: 'Keep this page: its address shows how things go, and lets you rate the result.',
  about: 'Number {number} · {title}',
  step_received: 'Received, being assigned',
  step_working: 'Being dealt with',
  step_waiting: 'Put off until it can be done',
  step_checking: 'Done, being checked',
  step_done: 'Closed',
  step_declined: 'Not taken up; call 12345 if in doubt',
  rate: 'Are you content with the result?',
  satisfied: 'Content',
  fair: 'Fairly content',
  dissatisfied: 'Not content',
  rate_text: 'Anything to add (optional)',
  rate_send: 'Send rating',
  rated: 'Your rating: {n}',
  scan: 'Scan the QR code in your village or quarter to open this page.',
  offline_open: 'No connection: please open this page again later.',
  no_texts: 'Codes cannot be sent at the moment: please call 12345.',
  offline: 'No connection. What you wrote is still here: try again later.',
  too_large: 'This photo cannot be read: choose another.',
}

/** What the centre refuses, in English: its own sentences are Chinese. */
const refusals: Record<string, string> = {
  '/phone': 'Please give a mobile number of 11 digits.',
  '/phone_code': 'That code is wrong or too old: ask for a new one.',
  '/number': 'No report of this number came from this phone.',
  '/lat': 'That place is outside this village: say in words where it is.',
  '/problems/too-many-attempts': 'Too many tries: please wait a while, or call 12345.',
  '/problems/not-found': 'This address is not valid any more: scan the code anew, or look your report up by its number.',
}

let isEnglish = !navigator.language.startsWith('zh')

export function speaksEnglish(): boolean {
  return isEnglish
}

/** The other language from now on. */
export function switchLanguage(): void {
  isEnglish = !isEnglish
}

/** A sentence in the language chosen, its gaps filled. */
export function say(word: Word, gaps: Record<string, string | number> = {}): string {
  const text = (isEnglish ? english : chinese)[word]
  return Object.entries(gaps).reduce((said, [name, value]) => said.replace(`{${name}}`, String(value)), text)
}

/** What was refused and why, in the language chosen. */
export function sayRefused(chineseWords: string, about: string): string {
  if (!isEnglish) return chineseWords
  return refusals[about] ?? 'Not accepted: please check what you filled in, or call 12345.'
}

// SPDX-License-Identifier: Apache-2.0
// The same streams from Node's own http module, for `./dev bench live` to compare with: a set of
// responses and a write to each.
import http from 'node:http'
import readline from 'node:readline'

const [port, newest] = process.argv.slice(2).map(Number)
const streams = new Set()
let sequence = newest

const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.write('retry: 3000\n: live\n\n')
  streams.add(response)
  response.on('close', () => streams.delete(response))
})
server.requestTimeout = 0
server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => console.log('ready'))

readline.createInterface({ input: process.stdin }).on('line', (command) => {
  if (command === 'publish') {
    sequence += 1
    const at = Number(process.hrtime.bigint()) / 1e6
    const event = Buffer.from(
      `id: ${sequence}\nevent: story\ndata: {"at":${at},"text":"${'x'.repeat(200)}"}\n\n`,
    )
    for (const response of streams) response.write(event)
  }
  console.log(streams.size)
})

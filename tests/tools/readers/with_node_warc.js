// How many records node-warc reads, or why it does not.
const { AutoWARCParser } = require('node-warc')

async function main () {
  const found = { records: 0 }
  for (const path of process.argv.slice(2)) {
    try {
      for await (const _ of new AutoWARCParser(path)) found.records++
    } catch (error) {
      found.stopped = String(error)
    }
  }
  console.log(JSON.stringify(found))
}

main()

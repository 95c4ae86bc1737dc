// A hundred records as zstd, made by its command line tool: a frame without data, a frame of 60 lines
// with a checksum, and a frame of 40 without one.

export const zstdSample = Buffer.from(
  [
    'UCpNGAUAAABoZWxsbyi1L/1kXhKdCACiTyYZgKvhwEbTMS0a8Upe5ZXt3iml7C9gE5EKAYCIE/j/////////////37Zt27Zt',
    '27Zt27bttm3btm3btm3btm1JkiRJkiRJkiRJkty2bdu2bdu2bdu2zXGcpmkYhlmW5b/ttiQX2AAR5SmI4YgqURplaZyF2YEw',
    'MaCpUUkpj3oqEkwNybGQGJVUNDUe9ZSEgAYJxWEqJByGggSAtKgRwKtk2X8DwJWyBhJgEPhIR/DHCq9YP+eTEZmYxEimMcgk',
    'RSYykZKJWIlaHp9nxCQjMs0gJikpkUmKTGRFFPxcus/Q7Dl1nnHYGSk645AzKjij4Waj2WRw22pOhttN8zC8bWYXqkbt3bRF',
    'itjTr00qnCmpAgOqg7cotS/9YPALFQcAQs0hFnBZB9ilyygwyr/2BZRSJk2O8fj/G3DAduH/////////////f9u2bdu2bdu2',
    'bdu227Zt27Zt27Zt+17r6vo/bWfbzMw0DCOLokiCIHIYhnxCvpfAlgcuFdZg4NI5Z5d+9h3oRJByVctlYYAuMzywQS7LwSin',
    'wgCby8rwQCdaEmmCLkbCHtQCdqgRgJ9h/8/g2VgDEkAQeAieJPgRWuEV7gOj21TzETUYK8XwVNuSMjArBQFj85IasCkJASW/',
    'n6OJJnWTj/6xuapdgC/ZQXaQHciOYGLlo19SlBSrSAGQVQ==',
  ].join(''),
  'base64',
);

/** Where the third frame begins. */
export const ZSTD_SAMPLE_LAST_FRAME = zstdSample.lastIndexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));

export const zstdSampleText = Array.from(
  { length: 100 },
  (_, i) =>
    `{"functionName":"zstd","requestId":"z${i}","startTime":${1769860800000 + i},"duration":${i / 10}}\n`,
).join('');

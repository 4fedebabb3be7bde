/** Makes the list of operations searchable, and sends what the form of an operation holds. */
const search = document.querySelector('#search');
search?.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\s+/);
  const items = [...document.querySelectorAll('li')];
  for (const item of items) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
  for (const section of document.querySelectorAll('section'))
    section.hidden = !section.querySelector('li:not([hidden])');
  document.querySelector('#count').textContent = `${items.filter((item) => !item.hidden).length} of ${items.length}`;
});

const form = document.querySelector('form');
form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const outcome = document.querySelector('#outcome');
  outcome.textContent = '…';
  try {
    const response = await fetch(addressOf(form), requestOf(form));
    outcome.textContent = `${response.status} ${response.statusText}\n\n`;
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) outcome.textContent += text;
  } catch (error) {
    outcome.textContent = String(error);
  }
});

function addressOf({ dataset, elements }) {
  let path = dataset.path;
  const query = new URLSearchParams();
  for (const { name, value, dataset: own } of elements) {
    if (own.in === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value));
    if (value === '') continue;
    if (own.in === 'query') query.append(name, value);
    if (own.in === 'list') for (const each of value.split(',')) query.append(name, each);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function requestOf({ dataset, elements }) {
  const { body, token } = elements;
  return {
    method: dataset.method,
    headers: {
      ...(body && { 'content-type': body.dataset.type }),
      ...(token.value !== '' && { authorization: `Bearer ${token.value}` }),
    },
    ...(body && {
      body: body.dataset.type === 'application/json' ? body.value : JSON.stringify(JSON.parse(body.value)),
    }),
  };
}

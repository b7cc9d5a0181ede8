import { element } from '@auto-seg-loss/report/page';
import { connect } from './connection.ts';
import { ListView } from './list-view.ts';
import { RunView } from './run-view.ts';

// What runs in the page: the list of runs, or one of them, as the address says; its elements are made of what the server tells.

const id = new URLSearchParams(location.search).get('run');
const connection = element('p', { id: 'connection', role: 'status' });

if (id === null) {
  const view = new ListView();
  document.body.append(view.header, connection, view.main);
  connect('events', connection, { runs: (list) => view.show(list) });
} else {
  const view = new RunView(id);
  document.body.append(view.header, connection, view.main);
  connect(`events?run=${encodeURIComponent(id)}`, connection, {
    status: (status) => view.showStatus(status),
    contents: (contents) => view.showContents(contents),
    gone: () => view.showGone(),
  });
}

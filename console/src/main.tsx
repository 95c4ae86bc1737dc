import { render } from 'preact';
import { App } from './app.tsx';
import { findSession } from './state/session.ts';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/layout.css';
import './style/views.css';

const root = document.getElementById('app');
if (root !== null) {
  render(<App />, root);
  void findSession();
}

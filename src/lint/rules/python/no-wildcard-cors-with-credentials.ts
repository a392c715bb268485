import { keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';

export const noWildcardCorsWithCredentials = defineRule({
  id: 'python/no-wildcard-cors-with-credentials',
  summary: 'Not every site may call with the cookies of the user',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'With any origin and credentials allowed, Starlette answers with the origin that asks: every page that a user visits may then read from the service in the name of that user.',
  source: 'https://fastapi.tiangolo.com/tutorial/cors/',
  messages: { open: { text: 'Every origin may send credentials', remedy: 'List the origins that may.' } },
  examples: {
    bad: [
      {
        files:
          'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n',
        at: [5],
      },
    ],
    good: [
      'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["*"])\n',
      {
        files:
          'from fastapi.middleware.cors import CORSMiddleware\n\napp.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_credentials=True)\n',
        note: 'The origins come from the settings.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of project.sources) {
      if (!module.text.includes('allow_credentials')) continue;
      for (const { call } of module.calls) {
        const credentials = keyword(call, 'allow_credentials')?.value;
        const origins = keyword(call, 'allow_origins')?.value;
        if (credentials?.kind !== 'constant' || credentials.value !== true || origins?.kind !== 'list') continue;
        const any = origins.items.find(
          (item) => item.kind === 'string' && item.parts.length === 1 && item.parts[0] === '*',
        );
        if (any) report('open', module.at(any));
      }
    }
  },
});

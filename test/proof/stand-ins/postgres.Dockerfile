# Stands in for postgres:18-alpine: its user, its folders, and the variables that the Compose file sets.
FROM stand-in/root
RUN usermod --uid 70 postgres && groupmod --gid 70 postgres \
    && rm -rf /var/lib/postgresql && install -d -o 70 -g 70 -m 1777 /var/lib/postgresql && install -d -o 70 -g 70 -m 3777 /var/run/postgresql
ENV PATH=/usr/local/bin:/usr/lib/postgresql/18/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]

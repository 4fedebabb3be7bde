-- Our own pages sign in with Login. The client that stood for them led to a page that there never was.
delete from oauth_client where id = 'console' and redirect_uris[1] like '%/signed-in';

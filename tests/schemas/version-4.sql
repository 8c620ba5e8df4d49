BEGIN TRANSACTION;
CREATE TABLE adviser_sessions (
	token VARCHAR(64) NOT NULL, 
	adviser VARCHAR(32) NOT NULL, 
	expires FLOAT NOT NULL, 
	PRIMARY KEY (token), 
	FOREIGN KEY(adviser) REFERENCES advisers (id) ON DELETE CASCADE
);
CREATE TABLE adviser_tries (
	name VARCHAR(64) NOT NULL, 
	wrong INTEGER NOT NULL, 
	last FLOAT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE advisers (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	"key" VARCHAR(160) NOT NULL, 
	password VARCHAR(255) NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "advisers" VALUES('8648ca82715138e83c1f898bfac6afa5','Karen Holm','karen holm','scrypt$16$8$1$0a09dec9f7c18cdcf700ac276667f24d$0a23b1587895172df78f0e1fa5bfd96d4f312b179b58ea6169c543deeb01cc50','2026-11-30 16:08:08.632930');
CREATE TABLE conversations (
	id VARCHAR(64) NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	course VARCHAR(8) NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "conversations" VALUES('_5jZfXV-N-f1SucgKmdLLA','da','full','2026-11-30 16:08:08.564857');
CREATE TABLE erased (
	digest VARCHAR(64) NOT NULL, 
	"on" DATETIME NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "erased" VALUES('349d900e7841a5c61fc6ebd9b8fee0afc8f85cbfbf67dd125db87d0c4e7c57ea','2026-11-30 18:42:35.829251');
CREATE TABLE model_calls (
	id INTEGER NOT NULL, 
	conversation VARCHAR(64) NOT NULL, 
	turn INTEGER NOT NULL, 
	job VARCHAR(64) NOT NULL, 
	model VARCHAR(255) NOT NULL, 
	sent INTEGER NOT NULL, 
	received INTEGER NOT NULL, 
	seconds FLOAT NOT NULL, 
	outcome VARCHAR(255) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "model_calls" VALUES(1,'_5jZfXV-N-f1SucgKmdLLA',3,'answer','fake:x',10,5,0.5,'ok');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(4);
CREATE TABLE turns (
	conversation VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	said TEXT NOT NULL, 
	acts JSON NOT NULL, 
	asked JSON, 
	reply TEXT NOT NULL, 
	cited JSON NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (conversation, number), 
	FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "turns" VALUES('_5jZfXV-N-f1SucgKmdLLA',0,'','[]','{"id": "story", "form": "open", "options": []}','Goddag.','[]','2026-11-03 12:00:00.000000');
INSERT INTO "turns" VALUES('_5jZfXV-N-f1SucgKmdLLA',1,'Vi er nitten mand og skriver det på papir.','[{"quote": "Vi er nitten mand og skriver det p\u00e5 papir.", "start": 0, "end": 42, "correction": false, "kind": "fact", "field": "employees", "value": 19}, {"quote": "Vi er nitten mand og skriver det p\u00e5 papir.", "start": 0, "end": 42, "correction": false, "kind": "fact", "field": "name", "value": "Nordsmeden"}]','{"id": "technology.capture", "form": "open", "options": []}','Skrevet ned.','[]','2026-11-03 12:00:00.000000');
INSERT INTO "turns" VALUES('_5jZfXV-N-f1SucgKmdLLA',2,'Vi er nitten mand og skriver det på papir.','[{"quote": "Vi er nitten mand og skriver det p\u00e5 papir.", "start": 0, "end": 42, "correction": false, "kind": "answer", "item": "technology.capture", "low": 1, "high": 1, "scores": [0.01, 0.95, 0.01, 0.01, 0.01, 0.01], "asked": true, "clicked": false}]','{"id": "technology.capture", "form": "open", "options": []}','Ja.','["a#b"]','2026-11-03 12:00:00.000000');
INSERT INTO "turns" VALUES('_5jZfXV-N-f1SucgKmdLLA',3,'Hvad er MQTT?','[{"quote": "Hvad er MQTT?", "start": 0, "end": 13, "correction": false, "kind": "question", "answered": false}]','null','Det svarer materialet ikke på.','[]','2026-11-03 12:00:00.000000');
INSERT INTO "turns" VALUES('_5jZfXV-N-f1SucgKmdLLA',4,'Deler.','[{"adviser": "8648ca82715138e83c1f898bfac6afa5", "name": "Karen Holm", "on": "2026-11-03", "kind": "consent", "given": true}]','null','Godt.','[]','2026-11-03 12:00:00.000000');
INSERT INTO "turns" VALUES('_5jZfXV-N-f1SucgKmdLLA',5,'Er det https://vejviser.example/da#_5jZfXV-N-f1SucgKmdLLA, jeg skal gemme?','[{"quote": "Er det https://vejviser.example/da#_5jZfXV-N-f1SucgKmdLLA, jeg skal gemme?", "start": 0, "end": 74, "correction": false, "kind": "question", "answered": false}]','null','Det svarer materialet ikke på.','[]','2026-11-03 12:00:00.000000');
INSERT INTO "turns" VALUES('_5jZfXV-N-f1SucgKmdLLA',6,'Stop.','[{"kind": "signal", "signal": "stop"}]','null','Vi stopper her. Alt er gemt; kom tilbage med samme link eller nummer (_5jZfXV-N-f1SucgKmdLLA), så fortsætter vi, hvor vi slap.','[]','2026-11-03 12:00:00.000000');
CREATE INDEX ix_model_calls_conversation ON model_calls (conversation);
CREATE INDEX ix_adviser_sessions_adviser ON adviser_sessions (adviser);
COMMIT;

BEGIN TRANSACTION;
CREATE TABLE conversations (
	id VARCHAR(64) NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	course VARCHAR(8) NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "conversations" VALUES('6VWtYr12HyOKmAVHC17fNw','da','full','2026-11-30 16:08:06.128096');
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
INSERT INTO "model_calls" VALUES(1,'6VWtYr12HyOKmAVHC17fNw',3,'answer','fake:x',10,5,0.5,'ok');
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
INSERT INTO "turns" VALUES('6VWtYr12HyOKmAVHC17fNw',0,'','[]','{"id": "story", "form": "open", "options": []}','Goddag.','[]','2026-11-02 12:00:00.000000');
INSERT INTO "turns" VALUES('6VWtYr12HyOKmAVHC17fNw',1,'Vi er nitten mand og skriver det på papir.','[{"quote": "Vi er nitten mand og skriver det p\u00e5 papir.", "start": 0, "end": 42, "correction": false, "kind": "fact", "field": "employees", "value": 19}, {"quote": "Vi er nitten mand og skriver det p\u00e5 papir.", "start": 0, "end": 42, "correction": false, "kind": "fact", "field": "name", "value": "Nordsmeden"}]','{"id": "technology.capture", "form": "open", "options": []}','Skrevet ned.','[]','2026-11-02 12:00:00.000000');
INSERT INTO "turns" VALUES('6VWtYr12HyOKmAVHC17fNw',2,'Vi er nitten mand og skriver det på papir.','[{"quote": "Vi er nitten mand og skriver det p\u00e5 papir.", "start": 0, "end": 42, "correction": false, "kind": "answer", "item": "technology.capture", "low": 1, "high": 1, "scores": [0.01, 0.95, 0.01, 0.01, 0.01, 0.01], "asked": true, "clicked": false}]','{"id": "technology.capture", "form": "open", "options": []}','Ja.','["a#b"]','2026-11-02 12:00:00.000000');
INSERT INTO "turns" VALUES('6VWtYr12HyOKmAVHC17fNw',3,'Hvad er MQTT?','[{"quote": "Hvad er MQTT?", "start": 0, "end": 13, "correction": false, "kind": "question", "answered": false}]','null','Det svarer materialet ikke på.','[]','2026-11-02 12:00:00.000000');
CREATE INDEX ix_model_calls_conversation ON model_calls (conversation);
COMMIT;
